import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Subject } from '../../../src/domain/platform/ballot-messages.js';
import { ballotPaper, type PaperState } from '../../../src/domain/platform/ballot-paper.js';
import { type Form, type Paper, paperOf, textOf } from '../../../src/domain/platform/papers.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import { given } from '../../support/given.js';
import { moments, points, ranking, village } from './scenes.js';

const index = { a: 0, b: 1, c: 2 };
const sheet = {
  placeId: village,
  form: 'approval' as Form,
  index,
  opensAt: moments.opening,
  closesAt: moments.closing,
  closed: false,
  replaceable: true,
  subject: 'renovation-list' as Subject,
  secretUntilClosed: false,
};
const facts = (change: object = {}) => ({ facts: { ballotId: 'b1', ballot: { ...sheet, ...change } }, at: moments.voting });
const cast = (paper: Immutable<Paper>, replaces?: Immutable<Paper>) => ({
  type: 'PaperCast' as const,
  data: replaces === undefined ? { ballotId: 'b1', paper } : { ballotId: 'b1', paper, replaces },
});
const withdrawn = (paper: Immutable<Paper>) => ({ type: 'PaperWithdrawn' as const, data: { ballotId: 'b1', paper } });

describe('CastPaper', () => {
  const casting = (paper: Immutable<Paper>, change: object = {}) => given(ballotPaper).when('CastPaper', paper, facts(change));

  it('given an open ballot, when a paper is cast, then it is written so that equal papers are equal', () => {
    casting({ approved: ['c', 'a'] }).then([cast({ approved: ['a', 'c'] })]);
    casting({ approved: [] }).then([cast({ approved: [] })]);
    casting({ choice: 'b' }, { form: 'choice' }).then([cast({ choice: 'b' })]);
    casting(ranking('c', ['b', 'a']), { form: 'ranking' }).then([cast(ranking('c', ['a', 'b']))]);
    casting(ranking([], 'b', [], []), { form: 'ranking' }).then([cast(ranking([], 'b'))]);
    casting(points({ c: 3, a: 1, b: 0 }), { form: 'points' }).then([cast(points({ a: 1, c: 3 }))]);
  });
  it('given a ballot, when a paper of another form or of two forms is cast, then it is refused', () => {
    const fields = { approval: 'approved', ranking: 'ranking', points: 'points', choice: 'choice' } as const;
    const papers: Record<Form, Immutable<Paper>> = {
      approval: { approved: ['a'] },
      ranking: ranking('a'),
      points: points({ a: 1 }),
      choice: { choice: 'a' },
    };
    for (const form of Object.keys(fields) as Form[]) {
      for (const other of Object.keys(fields) as Form[]) {
        if (other === form) casting(papers[other], { form }).then([cast(papers[other])]);
        else casting(papers[other], { form }).thenRefused('platform.wrong-form', { form, field: fields[form] });
      }
      casting({}, { form }).thenRefused('platform.wrong-form', { form, field: fields[form] });
      casting({ ...papers.approval, ...papers.choice }, { form }).thenRefused('platform.wrong-form', { form, field: fields[form] });
    }
  });
  it('given a ballot, when a paper names an unknown option or one twice, then it is refused', () => {
    casting({ approved: ['a', 'd'] }).thenRefused('platform.no-such-option', { option: 'd' });
    casting({ choice: 'constructor' }, { form: 'choice' }).thenRefused('platform.no-such-option', { option: 'constructor' });
    casting(ranking('a', ['b', 'a']), { form: 'ranking' }).thenRefused('platform.option-named-twice', { option: 'a' });
    casting(ranking('b', 'a', 'a'), { form: 'ranking' }).thenRefused('platform.option-named-twice', { option: 'a' });
    casting(
      {
        points: [
          { optionId: 'b', points: 1 },
          { optionId: 'b', points: 1 },
        ],
      },
      { form: 'points' },
    ).thenRefused('platform.option-named-twice', { option: 'b' });
  });
  it('given a ballot with limits, when a paper exceeds them, then it is refused', () => {
    casting({ approved: ['a', 'b'] }, { mostOptions: 2 }).then([cast({ approved: ['a', 'b'] })]);
    casting({ approved: ['a', 'b', 'c'] }, { mostOptions: 2 }).thenRefused('platform.too-many-options-named', { limit: 2 });
    casting(ranking('a', ['b', 'c']), { form: 'ranking', mostOptions: 2 }).thenRefused('platform.too-many-options-named', { limit: 2 });
    casting(points({ a: 5, b: 5, c: 0 }), { form: 'points', mostOptions: 2, pointsInAll: 10 }).then([cast(points({ a: 5, b: 5 }))]);
    casting(points({ a: 5, b: 6 }), { form: 'points', pointsInAll: 10 }).thenRefused('platform.too-many-points', { limit: 10 });
  });
  it('given a time outside the ballot, when a paper is cast, then it is refused', () => {
    const at = (instant: string, change: object = {}) =>
      given(ballotPaper).when('CastPaper', { approved: ['a'] }, { ...facts(change), at: instant });
    const refusal = { from: moments.opening, until: moments.closing };
    at(moments.opening).then([cast({ approved: ['a'] })]);
    at('2026-05-31T23:59:59.999Z').thenRefused('platform.ballot-not-open', refusal);
    at(moments.closing).thenRefused('platform.ballot-not-open', refusal);
    at(moments.voting, { closed: true }).thenRefused('platform.ballot-not-open', refusal);
  });
  it('given a paper, when the voter casts another, then it replaces the first if the ballot allows it, and names it', () => {
    const before = given(ballotPaper, cast({ approved: ['a'] }));
    before.when('CastPaper', { approved: ['b'] }, facts()).then([cast({ approved: ['b'] }, { approved: ['a'] })]);
    before.when('CastPaper', { approved: ['a'] }, facts({ replaceable: false })).thenNothing();
    before.when('CastPaper', { approved: ['b'] }, facts({ replaceable: false })).thenRefused('platform.paper-final');
    given(ballotPaper, cast({ approved: ['a'] }), withdrawn({ approved: ['a'] }))
      .when('CastPaper', { approved: ['b'] }, facts())
      .then([cast({ approved: ['b'] })]);
  });
  it('given a paper changed a hundred times, when it is changed again, then it is refused', () => {
    const past = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0 ? cast({ approved: ['b'] }, { approved: ['a'] }) : cast({ approved: ['a'] }, { approved: ['b'] }),
    );
    const changed = given(ballotPaper, cast({ approved: ['a'] }), ...past);
    changed.when('CastPaper', { approved: ['c'] }, facts()).thenRefused('platform.change-limit', { limit: 100 });
    changed.when('WithdrawPaper', {}, facts()).thenRefused('platform.change-limit', { limit: 100 });
    const once = past.slice(1);
    given(ballotPaper, cast({ approved: ['b'] }), ...once)
      .when('CastPaper', { approved: ['c'] }, facts())
      .then([cast({ approved: ['c'] }, { approved: ['a'] })]);
  });
  it('given a paper withdrawn a hundred times, when the voter votes again, then it is cast, but cannot be changed any more', () => {
    const a = { approved: ['a'] };
    const past = Array.from({ length: 100 }, () => [cast(a), withdrawn(a)]).flat();
    given(ballotPaper, ...past)
      .when('CastPaper', a, facts())
      .then([cast(a)]);
    given(ballotPaper, ...past, cast(a))
      .when('CastPaper', { approved: ['b'] }, facts())
      .thenRefused('platform.change-limit', { limit: 100 });
  });
});

describe('WithdrawPaper', () => {
  it('given a paper, when the voter withdraws it, then it is withdrawn if papers are replaceable', () => {
    const before = given(ballotPaper, cast({ approved: ['a'] }));
    before.when('WithdrawPaper', {}, facts()).then([withdrawn({ approved: ['a'] })]);
    before.when('WithdrawPaper', {}, facts({ replaceable: false })).thenRefused('platform.paper-final');
    before
      .when('WithdrawPaper', {}, facts({ closed: true }))
      .thenRefused('platform.ballot-not-open', { from: moments.opening, until: moments.closing });
    given(ballotPaper).when('WithdrawPaper', {}, facts()).thenRefused('platform.no-vote-to-withdraw');
    given(ballotPaper, cast({ approved: ['a'] }), withdrawn({ approved: ['a'] }))
      .when('WithdrawPaper', {}, facts())
      .thenNothing();
  });
});

describe('what is entered for a voter', () => {
  const [web, earlier, later] = ['2026-06-03T08:00:00.000Z', '2026-06-02T08:00:00.000Z', '2026-06-04T08:00:00.000Z'];
  const a = { approved: ['a'] };
  const b = { approved: ['b'] };
  const by = (enteredBy: string, at: string, change: object = {}) => ({ ...facts(change), at, now: later, enteredBy });
  const secret = { secretUntilClosed: true };
  const onPaper = (paper: Immutable<Paper>, at: string, enteredBy = 'volunteer') => ({ ...cast(paper), at, enteredBy });

  it.each([earlier, later])('given a vote in person, when a paper that happened at %s is entered, then it does not count', (at) => {
    const voted = given(ballotPaper, { ...cast(b), at: web });
    voted.when('CastPaper', a, by('volunteer', at)).thenRefused('platform.voted-in-person');
    voted.when('WithdrawPaper', {}, by('volunteer', at)).thenRefused('platform.voted-in-person');
    voted
      .when('CastPaper', a, by('volunteer', at, secret))
      .then([{ type: 'PaperCast', data: { ballotId: 'b1', paper: a, notCounted: 'in-person' } }]);
    voted
      .when('WithdrawPaper', {}, by('volunteer', at, secret))
      .then([{ type: 'PaperWithdrawn', data: { ballotId: 'b1', notCounted: 'in-person' } }]);
  });
  it('given a withdrawal in person, when a paper is entered, then it does not count', () => {
    given(ballotPaper, { ...cast(b), at: earlier }, { ...withdrawn(b), at: web })
      .when('CastPaper', a, by('volunteer', later))
      .thenRefused('platform.voted-in-person');
  });
  it('given an entered paper, when another is entered, then it counts by when it happened, not by when it was entered', () => {
    const entered = given(ballotPaper, onPaper(b, web));
    entered.when('CastPaper', a, by('volunteer', earlier)).thenRefused('platform.later-act-stands');
    entered.when('CastPaper', a, by('volunteer', later)).then([cast(a, b)]);
    entered.when('WithdrawPaper', {}, by('volunteer', later)).then([withdrawn(b)]);
    given(ballotPaper, onPaper(b, earlier), { ...withdrawn(b), at: later, enteredBy: 'volunteer' })
      .when('CastPaper', a, by('other', web))
      .thenRefused('platform.later-act-stands');
  });
  it('given an entered paper, when the voter acts in person, then it replaces the paper, also if votes are final, and uses up no change', () => {
    const entered = given(ballotPaper, onPaper(a, later));
    entered.when('CastPaper', b, facts({ replaceable: false })).then([cast(b, a)]);
    entered.when('CastPaper', a, facts()).then([cast(a, a)]);
    entered.when('WithdrawPaper', {}, facts({ replaceable: false })).then([withdrawn(a)]);
    given(ballotPaper, onPaper(a, later), withdrawn(a))
      .when('CastPaper', b, facts({ replaceable: false }))
      .then([cast(b)]);
    const changes = Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? cast(a, b) : cast(b, a)));
    const changed = given(ballotPaper, onPaper(a, earlier), { ...cast(b, a), at: web, enteredBy: 'volunteer' }, ...changes);
    changed.when('CastPaper', b, facts()).then([cast(b, a)]);
  });
  it('given final votes, when papers are entered, then the one that happened first counts', () => {
    const final = { replaceable: false };
    const entered = given(ballotPaper, onPaper(b, web));
    entered.when('CastPaper', a, by('volunteer', later, final)).thenRefused('platform.paper-final');
    entered.when('WithdrawPaper', {}, by('volunteer', later, final)).thenRefused('platform.paper-final');
    entered.when('CastPaper', a, by('volunteer', earlier, final)).then([cast(a, b)]);
    given(ballotPaper)
      .when('WithdrawPaper', {}, by('volunteer', later, final))
      .thenRefused('platform.paper-final');
    given(ballotPaper)
      .when('WithdrawPaper', {}, by('volunteer', later, { ...final, ...secret }))
      .then([{ type: 'PaperWithdrawn', data: { ballotId: 'b1', notCounted: 'final' } }]);
  });
  it('given a secret ballot, when a paper is entered, then it is recorded whatever stands, so that the answer tells nothing', () => {
    const pasts = [[], [cast(a)], [cast(b)], [cast(a), withdrawn(a)], [onPaper(a, later)], [onPaper(b, earlier)]];
    for (const change of [secret, { ...secret, replaceable: false }, { subject: 'contest-final' as const }]) {
      for (const past of pasts) {
        for (const [command, data, type] of [
          ['CastPaper', a, 'PaperCast'],
          ['WithdrawPaper', {}, 'PaperWithdrawn'],
        ] as const) {
          const state = past.reduce<Immutable<PaperState>>((before, event) => {
            const moment = { at: web, now: web, by: 'v1', capacity: 'resident' as const, ...event };
            return event.type === 'PaperCast'
              ? ballotPaper.evolve.PaperCast(before, event.data, moment)
              : ballotPaper.evolve.PaperWithdrawn(before, event.data, moment);
          }, ballotPaper.initial);
          const context = {
            by: 'v1',
            capacity: 'resident' as const,
            id: 'x',
            newId: 'n',
            event: undefined as never,
            ...by('volunteer', web, change),
          };
          expect(ballotPaper.decide[command](state, data, context)).toMatchObject([{ type }]);
        }
      }
    }
  });
  it('given five entries of one person, when they enter one more, then it is refused, whatever came of the others', () => {
    const past = Array.from({ length: 5 }, (_, i) => ({
      ...(i % 2 === 0 ? cast(a) : { type: 'PaperCast' as const, data: { ballotId: 'b1', paper: b, notCounted: 'later-act' as const } }),
      at: web,
      enteredBy: 'volunteer',
    }));
    const entered = given(ballotPaper, ...past);
    entered.when('CastPaper', b, by('volunteer', later, secret)).thenRefused('platform.entry-limit', { limit: 5 });
    entered.when('WithdrawPaper', {}, by('volunteer', later, secret)).thenRefused('platform.entry-limit', { limit: 5 });
    entered.when('CastPaper', b, by('other', later, secret)).then([cast(b, a)]);
    const acts = { precedence: 'in-person', ofOneKind: 'last', entriesPerVote: 6 };
    entered.when('CastPaper', b, by('volunteer', later, { ...secret, acts })).then([cast(b, a)]);
  });
});

describe('the text of a paper', () => {
  const ids = ['a', 'b', 'c', 'a b', 'b>c', 'a=1', '%20'];
  const index = Object.fromEntries(ids.map((id, i) => [id, i]));
  const papers: fc.Arbitrary<Immutable<Paper> & { form: Form }> = fc.oneof(
    fc.record({ form: fc.constant<Form>('approval'), approved: fc.shuffledSubarray(ids) }),
    fc.record({ form: fc.constant<Form>('choice'), choice: fc.constantFrom(...ids) }),
    fc.record({
      form: fc.constant<Form>('points'),
      points: fc
        .shuffledSubarray(ids)
        .chain((named) => fc.tuple(...named.map((optionId) => fc.record({ optionId: fc.constant(optionId), points: fc.nat(2) })))),
    }),
    fc.record({
      form: fc.constant<Form>('ranking'),
      ranking: fc.tuple(fc.shuffledSubarray(ids), fc.array(fc.nat(2), { maxLength: 4 })).map(([named, sizes]) => {
        const left = [...named];
        return sizes.map((size) => ({ options: left.splice(0, size) }));
      }),
    }),
  );
  it('given ids with the characters that separate ids, when papers are written, then their texts differ', () => {
    const apart: readonly Immutable<Paper>[] = [
      { approved: ['a', 'b'] },
      { approved: ['a b'] },
      { approved: ['a%20b'] },
      ranking('b', 'c'),
      ranking('b>c'),
      ranking('bc'),
      ranking('b', [], 'c'),
      points({ a: 1, b: 1 }),
      points({ 'a=1 b': 1 }),
      points({ a: 1, '1b': 2 }),
      points({ a: 11, b: 2 }),
    ];
    expect(new Set(apart.map(textOf)).size).toBe(apart.length);
    expect(textOf({ approved: ['a.b~c-1', 'd'] })).toBe('approved a.b~c-1 d'); // rows are kept by it
  });
  it('given any two papers, when they are written, then their texts are equal exactly if they say the same', () => {
    const meaning = (paper: Immutable<Paper>) =>
      JSON.stringify([
        paper.approved && ids.map((id) => paper.approved!.includes(id)),
        paper.choice,
        paper.points && ids.map((id) => paper.points!.find(({ optionId }) => optionId === id)?.points ?? 0),
        // trailing ranks left out say nothing
        paper.ranking
          ?.slice(0, paper.ranking.findLastIndex(({ options }) => options.length > 0) + 1)
          .map(({ options }) => ids.filter((id) => options.includes(id))),
      ]);
    const written = ({ form, ...paper }: Immutable<Paper> & { form: Form }) => {
      const kept = paperOf({ form, index }, paper);
      if ('refused' in kept) throw new Error(kept.refused);
      expect(paperOf({ form, index }, kept)).toEqual(kept);
      expect(meaning(kept)).toBe(meaning(paper));
      return textOf(kept);
    };
    fc.assert(
      fc.property(papers, papers, (one, other) => expect(written(one) === written(other)).toBe(meaning(one) === meaning(other))),
      { numRuns: 1_000 },
    );
  });
});
