import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { isAbsent } from '../shared/field-marks.js';
import { isWithin } from '../shared/place-id.js';
import { endOfPeriod } from '../shared/policy.js';
import { commitTo } from '../voting/draw.js';
import {
  AnswerObjection,
  AwardGranted,
  CloseVoting,
  type Contest,
  ContestEndedWithoutAward,
  ContestOpened,
  DisqualifyEntry,
  DrawSeedRevealed,
  EnterContest,
  type Entry,
  EntryAccepted,
  EntryDisqualified,
  EntryRefused,
  GiveJuryScore,
  GrantAward,
  JuryScoreGiven,
  ObjectionAnswered,
  ObjectionRaised,
  OpenContest,
  PlaceEntered,
  PublishResult,
  RaiseObjection,
  ResultPublished,
  ResultWithdrawn,
  RevealDrawSeed,
  ScreenEntry,
  StoryEntered,
  VotingClosed,
} from './messages.js';
import { type EntryRefusal, entryOf, opening, type OpeningRefusal, refuseEntrant, resultOf, unanswered } from './rules.js';

/* Longer than other files: one table, with a decision for each command and a change for each event. The rules are in rules.ts. */

/** Refusal codes of the commands of a contest, without those of votes (vote.ts). */
export type ContestRefusal =
  | 'person.erased'
  | OpeningRefusal
  | EntryRefusal
  | 'contest.already-open'
  | 'contest.entry-not-found'
  | 'contest.entry-not-accepted'
  | 'contest.already-screened'
  | 'contest.reason-missing'
  | 'contest.screening-over'
  | 'contest.voting-not-over'
  | 'contest.not-juror'
  | 'contest.jury-closed'
  | 'contest.own-entry'
  | 'contest.already-scored'
  | 'contest.no-draw'
  | 'contest.seed-mismatch'
  | 'contest.result-published'
  | 'contest.result-not-due'
  | 'contest.no-result'
  | 'contest.no-notice'
  | 'contest.notice-running'
  | 'contest.objection-pending'
  | 'contest.objection-limit'
  | 'contest.objection-not-found'
  | 'contest.objection-answered'
  | 'contest.own-objection'
  | 'contest.objection-unanswered'
  | 'contest.ended'
  | 'contest.not-found';

const mostObjections = 500;
const absent = refuse('contest.not-found');

type State = Immutable<Contest> | null;

const changed = (state: State, entryId: string, change: Partial<Immutable<Entry>>): State => {
  const entry = state && entryOf(state, entryId);
  return entry ? { ...state, entries: { ...state.entries, [entryId]: { ...entry, ...change } } } : state;
};
const withEntry = (state: State, entryId: string, entrant: string, enteredAt: string): State =>
  state && { ...state, entries: { ...state.entries, [entryId]: { entrant, enteredAt, status: 'pending', scores: {} } } };

/**
 * A contest: entries → screening → voting → jury → public notice → award (domain.md row 21). Each voter's votes are in a stream of their
 * own (vote.ts). Their sums are passed in as facts when the result is published.
 */
export const contest = defineDecider<Contest | null, ContestRefusal>()({
  stream: 'contest',
  initial: null,
  commands: {
    OpenContest,
    EnterContest,
    ScreenEntry,
    CloseVoting,
    GiveJuryScore,
    RevealDrawSeed,
    DisqualifyEntry,
    PublishResult,
    RaiseObjection,
    AnswerObjection,
    GrantAward,
  },
  events: {
    ContestOpened,
    PlaceEntered,
    StoryEntered,
    EntryAccepted,
    EntryRefused,
    VotingClosed,
    JuryScoreGiven,
    DrawSeedRevealed,
    EntryDisqualified,
    ResultPublished,
    ObjectionRaised,
    ObjectionAnswered,
    ResultWithdrawn,
    AwardGranted,
    ContestEndedWithoutAward,
  },
  decide: {
    OpenContest: (state, data, context) => {
      if (state !== null) return refuse('contest.already-open');
      const opened = opening(data, context);
      return 'refused' in opened ? opened : [{ type: 'ContestOpened', data: opened }];
    },
    EnterContest: (state, data, { at, by, newId: entryId, facts }) => {
      if (state === null) return absent;
      const refusal = refuseEntrant(state, data, facts.level, at, by);
      if (refusal) return refusal;
      const { placeId, label = '', title = '', story = '' } = data;
      return placeId === undefined
        ? [{ type: 'StoryEntered', data: { entryId, title, story } }]
        : [{ type: 'PlaceEntered', data: { entryId, placeId, label } }];
    },
    ScreenEntry: (state, { entryId, decision, reason }, { at }) => {
      if (state === null) return absent;
      const entry = entryOf(state, entryId);
      if (!entry) return refuse('contest.entry-not-found', { entry: entryId });
      if (entry.status === decision) return [];
      if (entry.status !== 'pending') return refuse('contest.already-screened', { entry: entryId });
      if (state.closed || at >= state.votingUntil) return refuse('contest.screening-over', { until: state.votingUntil });
      if (decision === 'accepted' && entry.erased) return refuse('person.erased');
      if (decision === 'accepted') return [{ type: 'EntryAccepted', data: reason === undefined ? { entryId } : { entryId, reason } }];
      return reason === undefined ? refuse('contest.reason-missing') : [{ type: 'EntryRefused', data: { entryId, reason } }];
    },
    CloseVoting: (state, _, { at }) => {
      if (state === null) return absent;
      if (state.closed) return [];
      const { votingUntil, resultAt } = state;
      if (at < votingUntil) return refuse('contest.voting-not-over', { until: votingUntil });
      const entries = Object.values(state.entries).filter(({ status }) => status === 'accepted').length;
      return [{ type: 'VotingClosed', data: { entries, votingUntil, resultAt } }];
    },
    GiveJuryScore: (state, { entryId, score }, { at, by, id, facts: { home } }) => {
      if (state === null) return absent;
      if (!state.jurors.includes(by)) return refuse('contest.not-juror');
      const entry = entryOf(state, entryId);
      if (!entry) return refuse('contest.entry-not-found', { entry: entryId });
      const given = Object.hasOwn(entry.scores, by) ? entry.scores[by] : undefined;
      if (given === score) return [];
      if (at < state.votingFrom || at >= state.resultAt || state.results > 0)
        return refuse('contest.jury-closed', { from: state.votingFrom, until: state.resultAt });
      if (entry.status !== 'accepted') return refuse('contest.entry-not-accepted', { entry: entryId });
      if (entry.entrant === by || (home !== null && isWithin(home, entry.entrant))) return refuse('contest.own-entry');
      return given === undefined
        ? [{ type: 'JuryScoreGiven', data: { contestId: id, entryId, score } }]
        : refuse('contest.already-scored', { score: given });
    },
    RevealDrawSeed: (state, { seed }) => {
      if (state === null) return absent;
      if (state.drawCommitment === undefined) return refuse('contest.no-draw');
      if (state.drawSeed === seed) return [];
      if (!state.closed) return refuse('contest.voting-not-over', { until: state.votingUntil });
      if (commitTo(seed) !== state.drawCommitment) return refuse('contest.seed-mismatch', { commitment: state.drawCommitment });
      return state.results > 0 || state.ended ? refuse('contest.result-published') : [{ type: 'DrawSeedRevealed', data: { seed } }];
    },
    DisqualifyEntry: (state, data, { event }) => {
      if (state === null) return absent;
      const entry = entryOf(state, data.entryId);
      if (!entry) return refuse('contest.entry-not-found', { entry: data.entryId });
      if (entry.status === 'disqualified') return [];
      if (entry.status !== 'accepted') return refuse('contest.entry-not-accepted', { entry: data.entryId });
      if (state.ended) return refuse('contest.ended');
      const disqualified = event('EntryDisqualified', data);
      return state.standing ? [disqualified, event('ResultWithdrawn', { result: state.results })] : [disqualified];
    },
    PublishResult: (state, _, { at, now, event, facts: { votes, closing, policies } }) => {
      if (state === null) return absent;
      if (state.ended || state.standing) return [];
      if (!state.closed) return refuse('contest.voting-not-over', { until: state.votingUntil });
      if (at < state.resultAt) return refuse('contest.result-not-due', { at: state.resultAt });
      const without = (reason: 'no-entries' | 'no-votes') => [event('ContestEndedWithoutAward', { result: state.results + 1, reason })];
      if (!Object.values(state.entries).some(({ status }) => status === 'accepted')) return without('no-entries');
      const noticeUntil = endOfPeriod(policies, now, now, state.noticeDays);
      const result = resultOf(state, votes, closing, noticeUntil);
      return result === null ? without('no-votes') : [event('ResultPublished', result)];
    },
    RaiseObjection: (state, { entryId, words }, { at, by, newId: objectionId }) => {
      if (state === null) return absent;
      if (state.ended) return refuse('contest.ended');
      if (state.standing === null || at >= state.standing.noticeUntil) return refuse('contest.no-notice');
      const entry = entryId === undefined ? undefined : entryOf(state, entryId);
      if (entryId !== undefined && !entry) return refuse('contest.entry-not-found', { entry: entryId });
      if (entryId !== undefined && entry?.status !== 'accepted') return refuse('contest.entry-not-accepted', { entry: entryId });
      const objections = Object.values(state.objections);
      if (objections.some((objection) => objection.by === by && objection.upheld === null)) return refuse('contest.objection-pending');
      if (objections.length >= mostObjections) return refuse('contest.objection-limit', { limit: mostObjections });
      const raised = { objectionId, result: state.results, words };
      return [{ type: 'ObjectionRaised', data: entryId === undefined ? raised : { ...raised, entryId } }];
    },
    AnswerObjection: (state, { objectionId, upheld, reason }, { by, event }) => {
      if (state === null) return absent;
      const objection = Object.hasOwn(state.objections, objectionId) ? state.objections[objectionId] : undefined;
      if (!objection) return refuse('contest.objection-not-found', { objection: objectionId });
      if (objection.upheld === upheld) return [];
      if (objection.upheld !== null) return refuse('contest.objection-answered');
      if (state.ended) return refuse('contest.ended');
      if (objection.by === by) return refuse('contest.own-objection');
      const { standing, results } = state;
      const answered = { objectionId, upheld, reason, unanswered: unanswered(state) - 1 };
      if (!upheld) return [event('ObjectionAnswered', standing ? { ...answered, noticeUntil: standing.noticeUntil } : answered)];
      const { entryId } = objection;
      const falls = entryId !== null && entryOf(state, entryId)?.status === 'accepted';
      return [
        event('ObjectionAnswered', answered),
        ...(falls ? [event('EntryDisqualified', { entryId, reason })] : []),
        ...(standing ? [event('ResultWithdrawn', { result: results })] : []),
      ];
    },
    GrantAward: (state, _, { at }) => {
      if (state === null) return absent;
      if (state.ended) return [];
      const { standing, results } = state;
      if (standing === null) return refuse('contest.no-result');
      if (at < standing.noticeUntil) return refuse('contest.notice-running', { until: standing.noticeUntil });
      const open = unanswered(state);
      if (open > 0) return refuse('contest.objection-unanswered', { count: open });
      return [{ type: 'AwardGranted', data: { result: results, winners: standing.winners, sha256: standing.sha256 } }];
    },
  },
  evolve: {
    ContestOpened: (_, data) => ({
      ...data,
      entries: {},
      closed: false,
      drawSeed: null,
      results: 0,
      standing: null,
      objections: {},
      ended: false,
    }),
    PlaceEntered: (state, { entryId, placeId }, { at }) => withEntry(state, entryId, placeId, at),
    StoryEntered: (state, { entryId, story }, { at, by }) => {
      const entered = withEntry(state, entryId, by, at);
      return isAbsent(story) ? changed(entered, entryId, { erased: true }) : entered;
    },
    EntryAccepted: (state, { entryId }) => changed(state, entryId, { status: 'accepted' }),
    EntryRefused: (state, { entryId }) => changed(state, entryId, { status: 'refused' }),
    VotingClosed: (state) => state && { ...state, closed: true },
    JuryScoreGiven: (state, { entryId, score }, { by }) =>
      changed(state, entryId, { scores: { ...(state && entryOf(state, entryId)?.scores), [by]: score } }),
    DrawSeedRevealed: (state, { seed }) => state && { ...state, drawSeed: seed },
    EntryDisqualified: (state, { entryId }) => changed(state, entryId, { status: 'disqualified' }),
    ResultPublished: (state, { result, winners, noticeUntil, sha256 }) =>
      state && { ...state, results: result, standing: { winners, noticeUntil, sha256 } },
    ObjectionRaised: (state, { objectionId, entryId }, { by }) =>
      state && { ...state, objections: { ...state.objections, [objectionId]: { by, entryId: entryId ?? null, upheld: null } } },
    ObjectionAnswered: (state, { objectionId, upheld }) => {
      const objection = state?.objections[objectionId];
      return objection ? { ...state, objections: { ...state.objections, [objectionId]: { ...objection, upheld } } } : state;
    },
    ResultWithdrawn: (state) => state && { ...state, standing: null },
    AwardGranted: (state) => state && { ...state, ended: true },
    ContestEndedWithoutAward: (state) => state && { ...state, ended: true },
  },
});
