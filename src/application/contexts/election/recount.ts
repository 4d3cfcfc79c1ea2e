import type { AllEvents } from '../../../domain/deciders.js';
import { type Choice, countElection } from '../../../domain/election/counting.js';
import type { ElectionAnnounced } from '../../../domain/election/messages.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import { sha256 } from '../../../domain/shared/sha256.js';
import { type ElectionRow, elections } from '../../../projections/election/elections.js';
import { heldIn, momentOf, mustBe, type Recount, type Rows } from '../../kernel/recount.js';

const subjectOf = (id: string) => ({ of: 'election', id }) as const;

interface Held extends Pick<Immutable<ElectionAnnounced>, 'placeId' | 'office' | 'seats' | 'rule'> {
  readonly electors: Set<string>;
  /** Who was signed off the roll. */
  readonly voted: Set<string>;
}

/** Results of elections, counted again from the papers in the box, of which there must be one for each elector who was signed off. */
export function electionRecount(): Recount {
  const held = new Map<string, Held>();
  const lists = new Map<string, readonly string[]>();
  const boxes = new Map<string, readonly Immutable<Choice>[]>();
  const results = new Map<string, AllEvents['ElectionDecided']>();
  return {
    on: {
      ElectionAnnounced: ({ aggregateId, data: { placeId, office, seats, rule, electors } }) =>
        void held.set(aggregateId, { placeId, office, seats, rule, electors: new Set(electors), voted: new Set() }),
      ElectoralRollCorrected: ({ aggregateId, data: { personId, entitled } }) => {
        const { electors } = heldIn(held, subjectOf(aggregateId));
        if (entitled) electors.add(personId);
        else electors.delete(personId);
        return undefined;
      },
      ElectionVotingOpened: ({ aggregateId, data }) => {
        const subject = subjectOf(aggregateId);
        mustBe(subject, data.electors, heldIn(held, subject).electors.size, null, 'electors');
        lists.set(aggregateId, data.candidates);
        return undefined;
      },
      ElectorVoted: (event) => {
        const subject = subjectOf(event.data.electionId);
        const { electors, voted } = heldIn(held, subject);
        const { by } = momentOf(event);
        mustBe(subject, { onRoll: electors.has(by), votes: voted.has(by) ? 2 : 1 }, { onRoll: true, votes: 1 });
        voted.add(by);
        return undefined;
      },
      ElectionBoxOpened: ({ aggregateId, data: { papers, lost } }) => {
        const subject = subjectOf(aggregateId);
        mustBe(subject, papers.length + lost, heldIn(held, subject).voted.size, null, 'papers');
        boxes.set(aggregateId, papers);
        return undefined;
      },
      ElectionDecided: ({ aggregateId, data }) => {
        const subject = subjectOf(aggregateId);
        const { placeId, office, seats, rule, electors } = heldIn(held, subject);
        const terms = { placeId, office, seats, rule, electors: electors.size };
        const [candidates, papers] = [heldIn(lists, subject), heldIn(boxes, subject)];
        const { elected, tied, ...count } = countElection({ ...terms, candidates: candidates.length }, papers);
        const personOf = (number: number): string => candidates[number - 1]!;
        const derived = {
          ...terms,
          ...count,
          elected: elected.map(personOf),
          tied: tied.map(personOf),
          papersSha256: sha256(JSON.stringify(papers)),
        };
        mustBe(subject, data, { ...data, ...derived });
        for (const kept of [held, lists, boxes]) kept.delete(aggregateId);
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
