import { getContainerRuntimeClient } from 'testcontainers';

/*
 * The servers of `npm run test:engines`: those that the variables name, else containers, else none; then the reason is said, and the tests
 * that need the server are skipped.
 */

/** Images, by version. */
const images = { eventstore: 'kurrentplatform/kurrentdb:26.1', mongo: 'mongo:8.2.12' };

const started = [];

async function hasContainers() {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

const starters = {
  WUWEI_TEST_EVENTSTORE: async () => {
    const { KurrentDbContainer } = await import('@testcontainers/kurrentdb');
    const container = await new KurrentDbContainer(images.eventstore).start();
    return { container, connection: container.getConnectionString() };
  },
  WUWEI_TEST_MONGODB: async () => {
    const { MongoDBContainer } = await import('@testcontainers/mongodb');
    const container = await new MongoDBContainer(images.mongo).start();
    return { container, connection: `${container.getConnectionString()}?directConnection=true` };
  },
};

export default async function setup() {
  for (const [name, start] of Object.entries(starters)) {
    if (process.env[name]) continue;
    if (!(await hasContainers())) {
      process.env[`${name}_MISSING`] = `${name} is not set, and no container engine answers`;
      continue;
    }
    const { container, connection } = await start();
    started.push(container);
    process.env[name] = connection;
  }
  globalThis.startedEngines = started;
}
