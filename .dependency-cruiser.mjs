import { readdirSync } from 'node:fs';

/** The contexts: one folder each in src/application/contexts; src/application/contexts.ts lists them. */
const contexts = readdirSync(new URL('src/application/contexts', import.meta.url)).join('|');

/**
 * The allowed imports between the layers (docs/architecture.md). `npm run lint` also runs a canary that breaks each rule and must fail.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-pure',
      comment: 'The domain imports itself and the declarations of class-validator; no clock, no randomness, no IO.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: { pathNot: ['^src/domain', '^node_modules/(class-validator|class-transformer|reflect-metadata)/', '^(node:)?crypto$'] },
    },
    {
      name: 'domain-only-hashes',
      comment: 'A hash is a pure function; the rest of node:crypto is not.',
      severity: 'error',
      from: { path: '^src/domain', pathNot: '^src/domain/shared/sha256' },
      to: { path: '^(node:)?crypto$' },
    },
    {
      name: 'domain-context-imports-no-other',
      severity: 'error',
      from: { path: `^src/domain/(${contexts})/` },
      to: { path: `^src/domain/(${contexts})/`, pathNot: '^src/domain/$1/' },
    },
    {
      name: 'shared-imports-no-context',
      severity: 'error',
      from: { path: '^src/domain/(shared|voting)/' },
      to: { path: `^src/domain/(${contexts})/` },
    },
    { name: 'projections-are-pure', severity: 'error', from: { path: '^src/projections' }, to: { pathNot: '^src/(projections|domain)' } },
    {
      name: 'machinery-knows-no-context',
      comment:
        'Kernel, ports, projecting and process serve every context and know none. They may read the table of all deciders (domain/deciders.ts): ' +
        'the types of all events follow from it, and it singles out no context.',
      severity: 'error',
      from: { path: '^src/application/(kernel|ports|projecting|process)/' },
      to: { path: [`^src/(domain|projections)/(${contexts})[/.]`, '^src/application/contexts'] },
    },
    {
      name: 'contexts-meet-at-facts',
      comment: 'A context in the application knows another only by its facts.ts.',
      severity: 'error',
      from: { path: '^src/application/contexts/([^/]+)/' },
      to: { path: '^src/application/contexts/([^/]+)/', pathNot: ['^src/application/contexts/$1/', '/facts\\.ts$'] },
    },
    {
      name: 'contexts-read-others-at-facts',
      comment: 'What a context needs to know of the domain and the projections of another stands in the facts.ts of that one.',
      severity: 'error',
      from: { path: '^src/application/contexts/([^/]+)/' },
      to: { path: `^src/(domain|projections)/(${contexts})/`, pathNot: '^src/(domain|projections)/$1/' },
    },
    { name: 'application-knows-no-engine', severity: 'error', from: { path: '^src/application' }, to: { path: '^src/infrastructure' } },
    {
      name: 'application-knows-no-framework',
      severity: 'error',
      from: { path: '^src/application' },
      to: { path: '(^|/)node_modules/(@nestjs|fastify|libsql|mongodb|@eventstore)' },
    },
    {
      name: 'one-place-opens-stores',
      comment:
        'Which adapters there are is known to stores.ts, upkeep.ts, what they load for the engines, and store-errors.ts alone, and to the adapters themselves.',
      severity: 'error',
      from: {
        path: '^src',
        pathNot:
          '^src/infrastructure/(event-log|read-models|trail|personal-keys|(engine-)?stores\\.ts|(engine-)?upkeep\\.ts|store-errors\\.ts)',
      },
      to: { path: '^src/infrastructure/(event-log|read-models|trail|personal-keys)/(sqlite|mongodb|eventstoredb)' },
    },
    { name: 'source-does-not-import-tests', severity: 'error', from: { path: '^src' }, to: { path: '^(test|bench)' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
