import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Actor } from '../../src/application/kernel/actor.js';
import { allProjections } from '../../src/application/contexts.js';
import { Opening } from '../../src/application/kernel/sealing.js';
import { personalKeysIn } from '../../src/infrastructure/personal-keys/sqlite.js';
import { checkProjections } from '../../src/infrastructure/read-models/sqlite/maintenance.js';
import { actor, official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { wuwei } from '../infrastructure/cli/program.js';
import { auditor, type Cast, liveAll } from './life.js';
import { caughtUp, overRest, type Seen, type Stage } from './stage.js';

const fail = ({ why }: { readonly why: string }): never => {
  throw new Error(why);
};

jest.setTimeout(180_000);

/** A reason that these commands give is not a text of who acts, but of somebody else. */
const aboutOthers = new Set(['RuleOnMeritAppeal', 'RuleOnPlotApplication']);
const mark = /·\d{4}号$/u;

let server: Server;
let cast: Cast;
let forgotten: Actor;
/** The personal texts of each person, as they were given. */
const texts = new Map<string, string[]>();
let [own, ofOthers]: [string[], string[]] = [[], []];
let copy: string;
let before: { readonly sealed: string; readonly opened: string; readonly rows: ReadonlyMap<string, string>; readonly answers: string };

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return mark.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
/** A stage that notes whose texts are given. */
const noting = (stage: Stage): Stage => ({
  ...stage,
  give: async (command, by, act = {}) => {
    const given = await stage.give(command, by, act);
    const owner = { RegisterPerson: given.id, CorrectPerson: act.params?.['id'] }[command as 'RegisterPerson'] ?? act.onBehalfOf ?? by.id;
    if (!aboutOthers.has(command)) texts.set(owner, [...(texts.get(owner) ?? []), ...textsIn(act.data)]);
    return given;
  },
});

/** A text as it may stand in a file: in UTF-8, and in JSON escapes. */
const spellings = (text: string): Buffer[] => {
  const escaped = [...text].map((char) => (char > '~' ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char)).join('');
  return [text, escaped, escaped.toUpperCase().replaceAll('\\U', '\\u')].map((spelling) => Buffer.from(spelling));
};
const found = (among: readonly Buffer[], wanted: readonly string[]): string[] =>
  wanted.filter((text) => spellings(text).some((spelling) => among.some((bytes) => bytes.includes(spelling))));
const filesIn = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name)));

async function rowsNow(): Promise<ReadonlyMap<string, string>> {
  await caughtUp(server.wuwei);
  const rows = new Map<string, string>();
  for (const projection of allProjections) {
    let after: string | undefined;
    do {
      const page = await server.wuwei.readModels.list(projection, { prefix: '', limit: 500, ...(after !== undefined && { after }) });
      for (const { key, row } of page) rows.set(`${projection.name} ${key}`, JSON.stringify(row));
      after = page.at(-1)?.key;
    } while (after !== undefined);
  }
  return rows;
}
const exported = async (parameters = '') =>
  (await server.get(`/v1/events?${parameters}`, server.token(auditor.id, ...auditor.grants))).text.replaceAll(
    /^.*wuwei\.progress.*\n/gmu,
    '',
  );
/** Every figure and hash of what was decided: rankings, results, tallies. */
async function answersNow(): Promise<string> {
  const stage = overRest(server);
  const told: Seen[] = [];
  for (const [query, category] of [
    ['GetRanking', 'contest'],
    ['GetContestResult', 'contest'],
    ['GetRenovationDecision', 'renovation'],
    ['GetBallotResult', 'ballot'],
  ] as const) {
    for (const id of idsOf(category)) told.push(await stage.ask(query, auditor, { id }).catch((error: unknown) => String(error)));
  }
  return JSON.stringify(told, (name, value: unknown) =>
    ['position', 'erased', 'label', 'labels', 'title', 'words'].includes(name) ? undefined : value,
  );
}
const streams = new Set<string>();
const idsOf = (category: string) =>
  [...streams].filter((stream) => stream.startsWith(`${category}-`)).map((stream) => stream.slice(category.length + 1));

beforeAll(async () => {
  server = await startServer();
  ({ cast } = await liveAll(noting(overRest(server))));
  forgotten = cast.residents[0]!;
  own = texts.get(forgotten.id)!;
  ofOthers = [...texts].flatMap(([id, said]) => (id === forgotten.id ? [] : said));
  for (const line of (await exported('sealed=true')).trim().split('\n')) streams.add(JSON.parse(line).subject);
  before = { sealed: await exported('sealed=true'), opened: await exported(), rows: await rowsNow(), answers: await answersNow() };
  copy = mkdtempSync(join(tmpdir(), 'wuwei-backup-'));
  cpSync(join(server.folder, 'log.db'), join(copy, 'log.db'));

  const stage = overRest(server);
  await stage.give('RequestErasure', forgotten, { params: { id: forgotten.id }, data: { reason: 'consent-withdrawn' } });
  const { items } = await stage.ask('GetErasures', official, { id: forgotten.id });
  await stage.give('ConfirmErasure', official, { params: { id: forgotten.id, erasureId: items[0].erasureId } });
  await stage.until(stage.inDays(0));
});
afterAll(async () => {
  rmSync(copy, { recursive: true });
  await server.close();
});

describe('one of many who is forgotten', () => {
  it('had a name, a contact and words of many kinds, which an auditor read', () => {
    expect(own.length).toBeGreaterThan(8);
    expect(ofOthers.length).toBeGreaterThan(20);
    expect(found([Buffer.from(before.opened)], own)).toEqual(own);
  });

  it('stands in no file of the data folder, in no export, and in no answer', async () => {
    const after = [await exported(), await exported('sealed=true')].map((text) => Buffer.from(text));
    expect(found([...filesIn(server.folder), ...filesIn(copy), Buffer.from(before.sealed), ...after], own)).toEqual([]);
    // those of others are sealed in files too, and are still shown
    expect(found([...filesIn(server.folder), Buffer.from(before.sealed)], ofOthers)).toEqual([]);
    expect(found(after, ofOthers)).toEqual(found([Buffer.from(before.opened)], ofOthers));
    const { stdout } = await wuwei('log', '--data', server.folder);
    expect(found([Buffer.from(stdout)], own)).toEqual([]);
    expect(stdout).toContain('name=已删除 / erased');
  });

  it('cannot be read in an export that was made before, with the keys of today', async () => {
    const keys = personalKeysIn(server.folder, '');
    const opening = new Opening(keys, fail);
    const lines = await Promise.all(
      before.sealed
        .trim()
        .split('\n')
        .map((line) => opening.json(line)),
    );
    keys.close();
    expect(found([Buffer.from(lines.join('\n'))], own)).toEqual([]);
    expect(found([Buffer.from(lines.join('\n'))], ofOthers).length).toBeGreaterThan(20);
  });

  it('is sealed in what the command line exports without a master key, as over REST', async () => {
    const { code, stdout } = await wuwei('log', '--data', server.folder, '--ndjson', '--sealed', '--master-key-file', 'missing.key');
    expect([code, stdout === (await exported('sealed=true'))]).toEqual([0, true]);
  });

  it('changes no byte of what was recorded, no row, no ranking, tally, decision or hash', async () => {
    expect((await exported('sealed=true')).startsWith(before.sealed)).toBe(true);
    expect(await answersNow()).toBe(before.answers);
    const rows = await rowsNow();
    const hasChanged = [...before.rows].filter(([key, row]) => rows.get(key) !== row).map(([key]) => key.split(' ')[0]);
    // the register entry moves to the next revision; the roles have ended
    expect([...new Set(hasChanged)].sort()).toEqual(['people', 'roles']);
    expect(rows.get(`people ${forgotten.id}`)?.replace(/"revision":\d+/u, '')).toBe(
      before.rows.get(`people ${forgotten.id}`)?.replace(/"revision":\d+/u, ''),
    );
  });

  it('leaves the rows as the log gives them, and published results that are derived from it again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-checked-'));
    await server.restart();
    await caughtUp(server.wuwei);
    cpSync(server.folder, folder, { recursive: true });
    const checked = await checkProjections(folder, allProjections, () => undefined);
    expect(checked.map(({ name, difference }) => [name, difference])).toEqual(allProjections.map(({ name }) => [name, null]));
    const recomputed = await wuwei('recompute', '--data', folder);
    expect([recomputed.code, recomputed.stdout]).toEqual([0, expect.stringContaining('Every result up to position')]);
    rmSync(folder, { recursive: true });
  });

  it('is forgotten once: a second erasure changes nothing', async () => {
    const hash = () =>
      createHash('sha256')
        .update(readFileSync(join(server.folder, 'keys.db')))
        .digest('hex');
    const [events, keys] = [await exported('sealed=true'), hash()];
    const stage = overRest(server);
    const { items } = await stage.ask('GetErasures', official, { id: forgotten.id });
    await stage.give('RequestErasure', official, { params: { id: forgotten.id }, data: { reason: 'unlawful' } });
    await stage.give('ConfirmErasure', actor('another-office', ...official.grants), {
      params: { id: forgotten.id, erasureId: items[0].erasureId },
    });
    await stage.until(stage.inDays(0));
    expect([await exported('sealed=true'), hash()]).toEqual([events, keys]);
  });
});
