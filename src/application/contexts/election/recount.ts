import type { AllEvents } from '../../../domain/deciders.js';
import { type Choice, countElection } from '../../../domain/election/counting.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import { sha256 } from '../../../domain/shared/sha256.js';
import { type ElectionRow, elections } from '../../../projections/election/elections.js';
import { heldIn, mustBe, type Recount, type Rows } from '../../kernel/recount.js';

const subjectOf = (id: string) => ({ of: 'election', id }) as const;

/** Results of elections, counted again from the papers in the box. */
export function electionRecount(): Recount {
  const lists = new Map<string, readonly string[]>();
  const boxes = new Map<string, readonly Immutable<Choice>[]>();
  const results = new Map<string, AllEvents['ElectionDecided']>();
  return {
    on: {
      ElectionVotingOpened: ({ aggregateId, data }) => void lists.set(aggregateId, data.candidates),
      ElectionBoxOpened: ({ aggregateId, data }) => void boxes.set(aggregateId, data.papers),
      ElectionDecided: ({ aggregateId, data }) => {
        const subject = subjectOf(aggregateId);
        const [candidates, papers] = [heldIn(lists, subject), heldIn(boxes, subject)];
        const { elected, tied, ...count } = countElection({ ...data, candidates: candidates.length }, papers);
        const personOf = (number: number): string => candidates[number - 1]!;
        const derived = {
          ...count,
          elected: elected.map(personOf),
          tied: tied.map(personOf),
          papersSha256: sha256(JSON.stringify(papers)),
        };
        mustBe(subject, data, { ...data, ...derived });
        boxes.delete(aggregateId);
        results.set(aggregateId, data);
        return { ...subject, counted: count.papers, outcome: derived.elected.join(', '), sha256: derived.papersSha256 };
      },
    },
    rows: {
      [elections.name]: async (rows: Rows) => {
        for (const [id, result] of results) mustBe(subjectOf(id), (await rows.get<ElectionRow>(id))?.result, result, null, 'result');
        return results.size;
      },
    },
  };
}
