import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { Id, Int, Personal, Sha256, Text } from '../shared/fields.js';
import type { Ballot } from './ballot-messages.js';

const mostParts = 1_000;
/** The longest part, in characters. It keeps a request well below the size limit. */
export const partLength = 60_000;

/** Stores one part of the file from which votes are imported. Parts are sent in order. */
export class KeepBallotFile {
  /** SHA-256 of the whole file. */
  @Sha256() sha256!: string;
  @Int(1, mostParts) part!: number;
  @Int(1, mostParts) parts!: number;
  /** This part of the file's Base64 text. */
  @Text(1, partLength) bytes!: string;
  declare static readonly facts: { ballot: Pick<Ballot, 'placeId' | 'closed' | 'opensAt' | 'closesAt'> };
}

/** The original file is kept so that it can be returned with the results. It may contain facts about voters that the papers do not. */
export class BallotFileKept {
  @Id() ballotId!: string;
  @Sha256() sha256!: string;
  @Int(1, mostParts) part!: number;
  @Int(1, mostParts) parts!: number;
  /** It holds what many people voted, so it has a key of its own, by the id of the ballot. */
  @Personal('ballotId') @Text(1, partLength) bytes!: string;
}

interface Kept {
  readonly sha256: string;
  readonly parts: number;
  readonly kept: number;
}

/** Refusal codes of storing a file. */
export type BallotFileRefusal = 'platform.ballot-not-open' | 'platform.another-file-kept' | 'platform.file-part-missing';

/** The file of a ballot, `ballotFile-<ballot>`. Only the first imported file is kept. The papers are counted, never the file (ADR 12). */
export const ballotFile = defineDecider<Kept | null, BallotFileRefusal>()({
  stream: 'ballotFile',
  initial: null,
  commands: { KeepBallotFile },
  events: { BallotFileKept },
  decide: {
    KeepBallotFile: (state, data, { id, facts: { ballot } }) => {
      const { sha256, part, parts } = data;
      if (state && (state.sha256 !== sha256 || state.parts !== parts))
        return refuse('platform.another-file-kept', { sha256: state.sha256 });
      if (state && part <= state.kept) return [];
      if (ballot.closed) return refuse('platform.ballot-not-open', { from: ballot.opensAt, until: ballot.closesAt });
      const next = (state?.kept ?? 0) + 1;
      if (part !== next || part > parts) return refuse('platform.file-part-missing', { part: next, parts });
      return [{ type: 'BallotFileKept', data: { ballotId: id, ...data } }];
    },
  },
  evolve: { BallotFileKept: (_, { sha256, part, parts }): Immutable<Kept> => ({ sha256, parts, kept: part }) },
});
