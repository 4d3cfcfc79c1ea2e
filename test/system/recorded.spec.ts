import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Recording } from '../support/recording.js';
import type { Stage } from './stage.js';
import { beginning } from '../../src/projections/position.js';

/*
 * The answers that the description of the API shows are those that the life of every context was given. Here they are recorded; ids are
 * counted and the clock is set, so that every recording is the same. `npm run docs` writes the file, this test finds it stale.
 */

jest.setTimeout(180_000);
const file = fileURLToPath(new URL('../../src/infrastructure/http/openapi/recorded-answers.json', import.meta.url));

const ids = await import('../../src/application/kernel/ids.js');
let count = 0;
jest.unstable_mockModule('../../src/application/kernel/ids.js', () => ({
  ...ids,
  newEventId: () => `019a1c2e-7b40-7000-8000-${(++count).toString(16).padStart(12, '0')}`,
}));
const { queries } = await import('../../src/application/contexts.js');
const { validatorOf } = await import('../../src/infrastructure/schema/validators.js');
const { actor, inMemoryApplication, official, policyRunner } = await import('../support/application.js');
const { Opening } = await import('../../src/application/kernel/sealing.js');
const { decode } = await import('../../src/application/kernel/decode.js');
const life = await import('./life.js');
const { caughtUp, onApplication, settle } = await import('./stage.js');

const categories: Readonly<Record<string, string>> = { households: 'place', people: 'person', merit: 'merit-account' };
/** Parameters with which every query is asked that takes them. */
const manners: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { limit: 1 },
  ...['510121', life.village, life.courtyard].flatMap((place) => [
    { place },
    { place, limit: 1 },
    { place, level: 'courtyard' },
    ...['plot', 'place', 'guardian', 'household'].map((by) => ({ place, by, limit: 1 })),
  ]),
  { publicShare: 50 },
  { rule: 'simple-majority' },
  { rule: 'greedy' },
  { why: 'ludeng' },
  { format: 'pb' },
];

const allErased = new Opening({ find: () => Promise.resolve(new Map()) }, () => undefined);
const allUnreadable = new Opening(
  { find: (owners) => Promise.resolve(new Map([...owners].map((owner) => [owner, null]))) },
  () => undefined,
);

/** What these commands lead to is over with the command that follows. */
const soonOver = new Set(['OfferPlot', 'ApplyForPlot', 'OpenContest', 'RaiseObjection']);

async function record(): Promise<Recording> {
  const app = await inMemoryApplication();
  const running = { ...app, policyRunner: policyRunner(app) };
  /** Commands that an official enters from paper, before they are given in person. */
  const enteredFirst = new Set(['CastPaper', 'CastVote', 'CastRenovationBallot']);
  const recording = new Recording((key) => /[^A-Za-z]/u.test(key) || ['ludeng', 'changyi', 'buzhong', 'cai', 'wei'].includes(key));

  /** Asks every query about everything that is in the log. */
  const askEverything = async () => {
    await caughtUp(running);
    const subjects = new Map<string, Set<string>>();
    for await (const { events: page } of app.log.readAll(beginning))
      for (const { stream, aggregateId } of page.map(decode)) {
        const category = stream.slice(0, -aggregateId.length - 1);
        subjects.set(category, (subjects.get(category) ?? new Set()).add(aggregateId));
      }
    const people = [...(subjects.get('person') ?? [])].map((id) => actor(id));
    for (const { query: name, path, parameters, answer } of queries) {
      const [collection = ''] = path.split('/');
      const known = [...(subjects.get(categories[collection] ?? collection.slice(0, -1)) ?? [])];
      for (const id of path.includes(':id') ? known : [''])
        for (const query of path === 'audit' ? [{}, { person: life.auditor.id }] : manners) {
          if (parameters ? validatorOf(parameters)(query).length > 0 : Object.keys(query).length > 0) continue;
          for (const viewer of path.includes('mine') ? people : [life.auditor]) {
            const answered = await answer({
              params: { id, version: '1' },
              query,
              viewer: app.authority.viewer(viewer),
              rows: app.readModels,
              log: app.log,
              services: app.services,
              now: app.clock.now().toISOString(),
            });
            // with the keys that there are, as if everybody had been erased, and as if all keys were lost
            for (const opening of [app.services.opening, allErased, allUnreadable]) {
              const told = await opening.value(answered);
              if (!('refused' in told)) recording.add(name, JSON.parse(JSON.stringify(told)));
            }
          }
        }
    }
  };

  const played = onApplication(running);
  let given = 0;
  const keyed = () => ({ key: `life-${++given}` });
  const stage: Stage = {
    ...played,
    give: async (command, by, act = {}) => {
      if (enteredFirst.delete(command)) {
        await played.give(command, official, { ...keyed(), ...act, onBehalfOf: by.id, channel: 'paper-form' });
        await askEverything();
      }
      const answer = await played.give(command, by, { ...keyed(), ...act });
      if (soonOver.has(command)) await askEverything();
      return answer;
    },
    until: async (instant) => {
      await settle(running);
      await askEverything();
      await played.until(instant);
    },
  };
  const { cast } = await life.liveAll(stage);
  // one more ballot, that chooses something
  const { params } = await life.openList(stage, { rule: { rule: 'greedy' }, lastTies: 'listed', drawCommitment: undefined });
  for (const by of cast.residents) await stage.give('CastPaper', by, { params, data: { approved: ['changyi', 'ludeng'] } });
  // and an election: its options are people
  const candidates = { cai: '蔡新周·9001号', wei: '魏某·9002号' };
  const election = await life.openList(stage, {
    subject: 'election',
    title: '村民小组长选举',
    options: Object.entries(candidates).map(([optionId, name]) => ({ optionId, name })),
    budget: undefined,
    form: 'ranking',
    rule: { rule: 'borda', seats: 1 },
    lastTies: 'listed',
    drawCommitment: undefined,
  });
  for (const by of cast.residents)
    await stage.give('CastPaper', by, { params: election.params, data: { ranking: [{ options: ['cai'] }, { options: ['wei'] }] } });
  await stage.until(stage.inDays(2));
  await stage.until(stage.inDays(0));
  await askEverything();
  await app.close();
  return recording;
}

/** By which personal texts are told apart (`personal`); the description leaves it out. */
const mark = /·\d{4}号/gu;
/** Offices of the life, and the ids by which the description names them: of people, which tell nothing of them. */
const people = [
  [official.id, '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01'],
  [life.auditor.id, '4c7e1f0a-93d2-8b65-a8f4-2e6b0d9c7153'],
  [life.legal.id, 'e5a90b3d-1f48-8c27-b6d1-7c3f8a2e4096'],
] as const;

describe('what the description of the API shows of answers', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record();
  });

  it('is what every query was answered in the life of every context', () => {
    expect(queries.map(({ query }) => query).filter((name) => !recording.has(name))).toEqual([]);
  });

  it('stands in recorded-answers.json; `npm run docs` records it again', () => {
    const text = people.reduce(
      (told, [id, shown]) => told.replaceAll(`"${id}"`, `"${shown}"`),
      `${JSON.stringify(recording.document(), null, 1).replace(mark, '').replaceAll(life.bornOn, '1958-05-20')}\n`,
    );
    if (process.env['RECORD']) writeFileSync(file, text);
    expect(readFileSync(file, 'utf8') === text ? 'current' : 'stale: run `npm run docs` and commit it').toBe('current');
  });
});
