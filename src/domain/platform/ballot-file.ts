import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { Id, Int, Personal, Sha256, Text } from '../shared/fields.js';
import type { Ballot } from './ballot-messages.js';

const mostParts = 1_000;
/** So that a part is well below what a request may hold. */
export const partLength = 60_000;

/** One part of the file that votes of a ballot are imported from, the first one first. */
export class KeepBallotFile {
  /** Of the whole file. */
  @Sha256() sha256!: string;
  @Int(1, mostParts) part!: number;
  @Int(1, mostParts) parts!: number;
  /** Base64 of the file, cut into parts. */
  @Text(1, partLength) bytes!: string;
  declare static readonly facts: { ballot: Pick<Ballot, 'placeId' | 'closed' | 'opensAt' | 'closesAt'> };
}

/** The file as it came, so that it can be given back with what was decided. It may tell of voters what their papers do not. */
export class BallotFileKept {
  @Id() ballotId!: string;
  @Sha256() sha256!: string;
  @Int(1, mostParts) part!: number;
  @Int(1, mostParts) parts!: number;
  @Personal() @Text(1, partLength) bytes!: string;
}

interface Kept {
  readonly sha256: string;
  readonly parts: number;
  readonly kept: number;
}

export type BallotFileRefusal = 'platform.ballot-not-open' | 'platform.another-file-kept' | 'platform.file-part-missing';

/** The file of a ballot, `ballot-file-<ballot>`: the first that votes were imported from. What counts are the papers, never the file. */
export const ballotFile = defineDecider<Kept | null, BallotFileRefusal>()({
  stream: 'ballot-file',
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
