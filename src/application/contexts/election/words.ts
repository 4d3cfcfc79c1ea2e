import type { Bilingual } from '../../../domain/shared/bilingual.js';
import { citationOf } from '../../../domain/voting/bodies.js';
import type { ElectionRow } from '../../../projections/election/elections.js';

/** The account of a result in words: what was counted, what it is compared with, and what follows. */
export function resultInWords({ result, candidates = [], voted }: Pick<ElectionRow, 'result' | 'candidates' | 'voted'>): {
  readonly zh: readonly string[];
  readonly en: readonly string[];
} {
  if (!result) return { zh: [], en: [] };
  const { rule, electors, papers, abstentions, seats, votes, elected, tied, outcome } = result;
  const { quorum, majority, source } = rule;
  const nameOf = (personId: string) => candidates.find((one) => one.personId === personId)?.name ?? personId;
  const joined = (ids: readonly string[], separator: string) => ids.map(nameOf).join(separator);
  const least = ({ numerator, denominator, strict }: typeof quorum): Bilingual =>
    strict
      ? { zh: `超过${denominator}分之${numerator}`, en: `more than ${numerator}/${denominator}` }
      : { zh: `不少于${denominator}分之${numerator}`, en: `at least ${numerator}/${denominator}` };
  const seatsOpen = seats - elected.length;
  const lines: Bilingual[] = [
    {
      zh: `选民${electors}人，收回选票${papers}张（其中弃权${abstentions}张）。依据${citationOf(source)}，投票人数应${least(quorum).zh}。`,
      en: `${electors} electors, ${papers} papers (${abstentions} abstain). By ${citationOf(source)}, ${least(quorum).en} must vote.`,
    },
    ...(papers === voted
      ? []
      : [
          {
            zh: `${voted}人已投票，其中${voted - papers}张选票因密钥丢失无法读取，没有计入。`,
            en: `${voted} people voted; ${voted - papers} of their papers cannot be read, because keys are lost, and are not counted.`,
          },
        ]),
    ...candidates.map(({ number, name }) => ({
      zh: `${number}号${name}：${votes[number - 1]}票。`,
      en: `No. ${number} ${name}: ${votes[number - 1]} votes.`,
    })),
  ];
  if (outcome === 'void') lines.push({ zh: '投票人数不足，选举无效。', en: 'Too few electors voted. The election is void.' });
  else {
    lines.push({
      zh: `当选须获${least(majority).zh}的选票，应选${seats}人。当选：${joined(elected, '、') || '无'}。`,
      en: `To be elected takes ${least(majority).en} of the papers, for ${seats} seats. Elected: ${joined(elected, ', ') || 'nobody'}.`,
    });
    if (tied.length > 0)
      lines.push({
        zh: `${joined(tied, '、')}票数相同，不能确定当选人，应当再次投票。`,
        en: `${joined(tied, ', ')} have equally many votes, and must be voted on again.`,
      });
    if (seatsOpen > 0)
      lines.push({ zh: `不足的${seatsOpen}个名额另行选举。`, en: `A further election fills the ${seatsOpen} open seats.` });
  }
  return { zh: lines.map(({ zh }) => zh), en: lines.map(({ en }) => en) };
}
