export default async function teardown() {
  for (const container of globalThis.startedEngines ?? []) await container.stop();
}
