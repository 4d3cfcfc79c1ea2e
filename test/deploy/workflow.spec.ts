import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
const name = '.github/workflows/ci.yml';
const content = read(name);

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
  readonly steps: readonly Step[];
}
const { jobs, permissions } = parse(content) as { readonly jobs: Readonly<Record<string, Job>>; readonly permissions: unknown };
const steps = Object.values(jobs).flatMap((job) => job.steps);
const errorsIn = (text: string) =>
  parseWorkflow({ name, content: text }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

describe(name, () => {
  it('is a workflow as GitHub reads it', () => {
    expect(errorsIn(content)).toEqual([]);
    expect(errorsIn(content.replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  it('pins actions, machines and versions of Node, bounds each job, and may only read', () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@(?:v\d+\.\d+\.\d+|[0-9a-f]{40})$/u);
    for (const job of Object.values(jobs)) {
      expect(job['runs-on']).toMatch(/-\d+\.\d+$/u);
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      for (const version of job.strategy?.matrix.node ?? []) expect(version).toMatch(/^\d+\.\d+\.\d+$/u);
    }
    expect(permissions).toEqual({ contents: 'read' });
  });

  it.each(['.ci/run', 'npm run test:engines'])('runs %s on Node 20, 22 and 24', (command) => {
    const job = Object.values(jobs).find(({ steps: own }) => own.some(({ run }) => run?.includes(command)));
    expect(job?.strategy?.matrix.node.map((version) => version.split('.')[0])).toEqual(['20', '22', '24']);
  });

  it('runs only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:-s )?([\w:]+)/gu)].map(([, script = '']) => script));
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
