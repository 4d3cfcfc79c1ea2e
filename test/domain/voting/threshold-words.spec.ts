import { describe, expect, it } from '@jest/globals';
import { thresholdInWords } from '../../../src/domain/voting/threshold-words.js';
import { decideByThreshold, emptyTally } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { tallyVotes } from '../../support/tally.js';

const inWords = (heads: number, approving: number) =>
  thresholdInWords(
    decideByThreshold(
      thresholdRules['civil-code-278-special'],
      { heads: 312, area: 312_05 },
      tallyVotes([
        { choice: 'approve', heads: approving, area: approving * 100 },
        { choice: 'reject', heads: heads - approving, area: (heads - approving) * 100 },
      ]),
    ),
  );

describe('a decision in words', () => {
  it('given a condition, met or not, when it is told, then the relation shown is the true one', () => {
    expect(inWords(207, 207)).toEqual({
      zh: [
        '专有部分面积：参与表决 207.00 平方米，应参与 312.05 平方米；207.00×3 (621.00) < 312.05×2 (624.10)（须大于或等于），未达到法定参与数。',
        '业主：参与表决 207 人，应参与 312 人；207×3 (621) < 312×2 (624)（须大于或等于），未达到法定参与数。',
        '专有部分面积：同意 207.00 平方米，参与表决 207.00 平方米；207.00×4 (828.00) > 207.00×3 (621.00)（须大于或等于），达到同意比例。',
        '业主：同意 207 人，参与表决 207 人；207×4 (828) > 207×3 (621)（须大于或等于），达到同意比例。',
        '结果：未达到法定参与数，表决不成立。',
      ],
      en: [
        '207.00 m² of exclusive area took part, of 312.05 entitled; 207.00×3 (621.00) < 312.05×2 (624.10) (must be equal or more): quorum not reached.',
        '207 owners took part, of 312 entitled; 207×3 (621) < 312×2 (624) (must be equal or more): quorum not reached.',
        '207.00 m² of exclusive area approve, of 207.00 who took part; 207.00×4 (828.00) > 207.00×3 (621.00) (must be equal or more): majority reached.',
        '207 owners approve, of 207 who took part; 207×4 (828) > 207×3 (621) (must be equal or more): majority reached.',
        'Outcome: no quorum, nothing is decided.',
      ],
    });
  });

  it('given equal sides, when a condition is told, then equality is shown, for more than and for at least', () => {
    expect(inWords(208, 156).en[1]).toBe(
      '208 owners took part, of 312 entitled; 208×3 (624) = 312×2 (624) (must be equal or more): quorum reached.',
    );
    const half = thresholdInWords(
      decideByThreshold(
        thresholdRules['simple-majority'],
        { heads: 9 },
        tallyVotes([
          { choice: 'approve', heads: 1 },
          { choice: 'reject', heads: 1 },
        ]),
      ),
    );
    expect(half.zh).toEqual(['业主：同意 1 人，参与表决 2 人；1×2 (2) = 2×1 (2)（须大于），未达到同意比例。', '结果：未通过。']);
  });

  it('given alternatives, when they are told, then they are joined by or, with one verdict', () => {
    const assembly = (heads: number, households: number) =>
      thresholdInWords(
        decideByThreshold(
          thresholdRules['villagers-assembly'],
          { heads: 100, households: 30 },
          tallyVotes([{ choice: 'approve', heads, households }]),
        ),
      );
    expect(assembly(40, 24)).toEqual({
      zh: [
        '业主：参与表决 40 人，应参与 100 人；40×2 (80) < 100×1 (100)（须大于）；或户：参与表决 24 户，应参与 30 户；24×3 (72) > 30×2 (60)（须大于或等于）；其中有一即可，达到法定参与数。',
        '业主：同意 40 人，参与表决 40 人；40×2 (80) > 40×1 (40)（须大于），达到同意比例。',
        '结果：通过。',
      ],
      en: [
        '40 owners took part, of 100 entitled; 40×2 (80) < 100×1 (100) (must be more); or 24 households took part, of 30 entitled; 24×3 (72) > 30×2 (60) (must be equal or more); one of these is enough: quorum reached.',
        '40 owners approve, of 40 who took part; 40×2 (80) > 40×1 (40) (must be more): majority reached.',
        'Outcome: adopted.',
      ],
    });
    const missed = assembly(40, 19);
    expect(missed.zh).toEqual([
      expect.stringMatching(/有一即可，未达到法定参与数。$/u),
      expect.stringMatching(/达到同意比例。$/u),
      '结果：未达到法定参与数，表决不成立。',
    ]);
    expect(missed.en[0]).toMatch(/ one of these is enough: quorum not reached\.$/u);
  });

  it('given nobody who took part, when a decision is told, then there are words for it', () => {
    expect(thresholdInWords(decideByThreshold(thresholdRules['simple-majority'], { heads: 9 }, emptyTally)).en).toEqual([
      '0 owners approve, of 0 who took part; 0×2 (0) = 0×1 (0) (must be more): majority not reached.',
      'Outcome: rejected.',
    ]);
  });
});
