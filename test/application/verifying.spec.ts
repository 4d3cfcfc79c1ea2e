import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloudEvent } from '../../src/application/kernel/cloud-event.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { liveContests, liveRenovation, settleDown } from '../system/life.js';
import { onApplication, type Seen } from '../system/stage.js';
import { sha256 as sha256Of } from '../../src/domain/shared/sha256.js';
import { beginning } from '../../src/projections/position.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-verify-'));
const program = join(folder, 'verify.mjs');
let history: readonly StoredEvent[];

beforeAll(async () => {
  const [, code] = /```js\n([^]*?)```/u.exec(readFileSync('docs/verifying.md', 'utf8'))!;
  writeFileSync(program, code!);
  const app = await inMemoryApplication();
  const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
  const cast = await settleDown(stage);
  await liveContests(stage, cast);
  await liveRenovation(stage, cast);
  const found: StoredEvent[] = [];
  for await (const { events: page } of app.log.readAll(beginning)) found.push(...page);
  history = found;
  await app.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const told = (events: readonly StoredEvent[]) => {
  const input = events.map((event) => `${cloudEvent(event)}\n`).join('');
  const { stdout, stderr } = spawnSync(process.execPath, [program], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
};
const changed = (event: StoredEvent, change: (data: Seen) => Seen) =>
  history.map((one) => (one === event ? { ...one, data: JSON.stringify(change(JSON.parse(one.data))) } : one));

describe('given a log, when the program of docs/verifying.md reads it', () => {
  it('then every result of contests and renovations is counted and has the same hash', () => {
    const expected = history.flatMap(({ type, stream, data }) => {
      const { sha256, tallySha256, ballotId, pages } = JSON.parse(data);
      if (type === 'RenovationBallotOpened') return [`roll ${ballotId} counted same hash ${sha256Of(JSON.stringify(pages))}`];
      if (type === 'ResultPublished') return [`contest ${stream.slice('contest-'.length)} counted same hash ${sha256}`];
      return type === 'RenovationDecided' ? [`renovation ${ballotId} counted same hash ${tallySha256}`] : [];
    });
    const kinds = expected.map((line) => line.split(' ')[0]).sort();
    expect(kinds).toEqual(['contest', 'contest', 'renovation', 'renovation', 'roll', 'roll']);
    expect(told(history)).toEqual(expected);
  });

  it('then a roll whose page was changed is told', () => {
    const page = history.find(({ type }) => type === 'RollPageRecorded')!;
    const lines = told(changed(page, (data) => ({ ...data, units: data.units.slice(1) })));
    expect(lines.filter((line) => line.startsWith('roll'))).toContainEqual(expect.stringMatching(/COUNTED OTHERWISE ANOTHER HASH/u));
  });

  it.each([
    ['a vote that was changed', 'VoteCast', (data: Seen) => ({ ...data, entryId: 'another' }), /^contest .* COUNTED OTHERWISE same hash/u],
    ['a figure that was changed', 'ResultPublished', (data: Seen) => ({ ...data, unanswered: 9 }), /^contest .* counted ANOTHER HASH/u],
  ])('then %s is told', (_, wanted, change, line) => {
    const [first] = told(
      changed(
        history.find(({ type, data }) => type === wanted && !data.includes('replaces'))!,
        change,
      ),
    );
    expect(first).toMatch(line);
  });
});
