import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { type ErasureReason, erasureReasons } from '../shared/erasure-reasons.js';
import { ownerIn } from '../shared/field-marks.js';
import { Described, Id, Int, OneOf, Personal, Sha256, Text } from '../shared/fields.js';
import type { Ballot } from './ballot-messages.js';

const mostParts = 1_000;
/** The longest part, in characters. It keeps a request well below the size limit. */
export const partLength = 60_000;

/** Which part of a file, and of how many. */
class FilePart {
  @Int(1, mostParts) part!: number;
  @Int(1, mostParts) parts!: number;
}

/** Stores one part of the file from which votes are imported. Parts are sent in order. */
export class KeepBallotFile extends FilePart {
  /** SHA-256 of the whole file. */
  @Sha256() sha256!: string;
  /** This part of the file's Base64 text. */
  @Text(1, partLength) bytes!: string;
  declare static readonly facts: { ballot: Pick<Ballot, 'placeId' | 'closed' | 'opensAt' | 'closesAt'> };
}

/** Asks to erase the kept file as a whole: it holds what many people voted. */
export class RequestBallotFileErasure {
  @Described('依据，同删除个人信息', 'The ground, as for the erasure of a person')
  @OneOf(erasureReasons)
  reason!: ErasureReason;
  declare static readonly facts: { ballot: Pick<Ballot, 'placeId'> };
}
/** A second official confirms it. This cannot be undone. */
export class ConfirmBallotFileErasure {
  declare static readonly facts: { ballot: Pick<Ballot, 'placeId'> };
}
/** Given by the system after a confirmation. Before its event is written, the key of the file is destroyed. */
export class EraseBallotFile {}

/** The original file is kept so that it can be returned with the results. It may contain facts about voters that the papers do not. */
export class BallotFileKept extends FilePart {
  static readonly schemaVersion = 2;
  @Id() ballotId!: string;
  /** Sealed as the file itself: whoever guesses the lines of a small file could confirm them by its hash. In clear in version 1. */
  @Personal('ballotId') @Sha256() sha256!: string;
  /** It holds what many people voted, so it has a key of its own: that of `ballotFileOwner`. */
  @Personal('ballotId') @Text(1, partLength) bytes!: string;

  /** Version 1 has the same fields. */
  static upcast(data: unknown): unknown {
    return data;
  }
}

/** The owner of the key of a kept file. */
export const ballotFileOwner = (ballotId: string): string => ownerIn(BallotFileKept, 'ballotId', ballotId);

export class BallotFileErasureRequested {
  @Id() ballotId!: string;
  @OneOf(erasureReasons) reason!: ErasureReason;
}
export class BallotFileErasureConfirmed {
  @Id() ballotId!: string;
}
/** The key of the file is destroyed: nobody can read it any more. The papers, which are counted, stay. */
export class BallotFileErased {
  @Id() ballotId!: string;
}

interface Kept {
  readonly sha256: string;
  readonly parts: number;
  readonly kept: number;
  /** How far its erasure has come, and who asked or entered the request. They do not confirm it. */
  readonly erasure?: { readonly stage: 'requested' | 'confirmed' | 'erased'; readonly askedBy: readonly string[] };
}

/** Refusal codes of storing a file. */
export type BallotFileRefusal =
  | 'platform.ballot-not-open'
  | 'platform.another-file-kept'
  | 'platform.file-part-missing'
  | 'platform.no-file-kept'
  | 'platform.no-file-erasure'
  | 'platform.file-erased'
  | 'platform.second-official';

/** The file of a ballot, `ballotFile-<ballot>`. Only the first imported file is kept. The papers are counted, never the file (ADR 12). */
export const ballotFile = defineDecider<Kept | null, BallotFileRefusal>()({
  stream: 'ballotFile',
  initial: null,
  commands: { KeepBallotFile, RequestBallotFileErasure, ConfirmBallotFileErasure, EraseBallotFile },
  events: { BallotFileKept, BallotFileErasureRequested, BallotFileErasureConfirmed, BallotFileErased },
  decide: {
    KeepBallotFile: (state, data, { id, facts: { ballot } }) => {
      const { sha256, part, parts } = data;
      if (state?.erasure !== undefined) return refuse('platform.file-erased'); // once erased, not even its hash can be compared
      if (state && (state.sha256 !== sha256 || state.parts !== parts))
        return refuse('platform.another-file-kept', { sha256: state.sha256 });
      if (state && part <= state.kept) return [];
      if (ballot.closed) return refuse('platform.ballot-not-open', { from: ballot.opensAt, until: ballot.closesAt });
      const next = (state?.kept ?? 0) + 1;
      if (part !== next || part > parts) return refuse('platform.file-part-missing', { part: next, parts });
      return [{ type: 'BallotFileKept', data: { ballotId: id, ...data } }];
    },
    RequestBallotFileErasure: (state, { reason }, { id: ballotId, event }) => {
      if (state === null) return refuse('platform.no-file-kept');
      return state.erasure === undefined ? [event('BallotFileErasureRequested', { ballotId, reason })] : [];
    },
    ConfirmBallotFileErasure: (state, _, { id: ballotId, by, event }) => {
      if (state?.erasure === undefined) return refuse('platform.no-file-erasure');
      if (state.erasure.stage !== 'requested') return [];
      if (state.erasure.askedBy.includes(by)) return refuse('platform.second-official');
      return [event('BallotFileErasureConfirmed', { ballotId })];
    },
    EraseBallotFile: (state, _, { id: ballotId, event }) => {
      if (state?.erasure === undefined || state.erasure.stage === 'requested') return refuse('platform.no-file-erasure');
      return state.erasure.stage === 'erased' ? [] : [event('BallotFileErased', { ballotId })];
    },
  },
  evolve: {
    BallotFileKept: (_, { sha256, part, parts }): Immutable<Kept> => ({ sha256, parts, kept: part }),
    BallotFileErasureRequested: (state, _, { by, enteredBy }) =>
      state && { ...state, erasure: { stage: 'requested', askedBy: enteredBy === undefined ? [by] : [by, enteredBy] } },
    BallotFileErasureConfirmed: (state) => reached(state, 'confirmed'),
    BallotFileErased: (state) => reached(state, 'erased'),
  },
});

const reached = (state: Immutable<Kept> | null, stage: 'confirmed' | 'erased'): Immutable<Kept> | null =>
  state?.erasure ? { ...state, erasure: { ...state.erasure, stage } } : state;
