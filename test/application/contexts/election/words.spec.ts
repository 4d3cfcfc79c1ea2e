import { describe, expect, it } from '@jest/globals';
import { resultInWords } from '../../../../src/application/contexts/election/words.js';
import { offices } from '../../../../src/domain/election/offices.js';

const result = {
  placeId: '510121111219',
  office: 'villagers-committee' as const,
  rule: offices['villagers-committee'].rule,
  seats: 1,
  electors: 4,
  papers: 3,
  abstentions: 0,
  votes: [2, 1],
  elected: ['a'],
  tied: [],
  outcome: 'elected' as const,
  termUntil: '2031-05-22T16:00:00.000Z',
  papersSha256: '0'.repeat(64),
};
const candidates = ['a', 'b'].map((personId, i) => ({ number: i + 1, personId, name: `姓名${personId}` }));

describe('the words of a result', () => {
  it('say of papers that cannot be read that they are not counted, and nothing if all can be read', () => {
    const lines = (voted: number) => resultInWords({ result, candidates, voted });
    expect(lines(3).en).toHaveLength(4);
    expect(lines(5).en[1]).toBe('5 people voted; 2 of their papers cannot be read, because keys are lost, and are not counted.');
    expect(lines(5).zh[1]).toBe('5人已投票，其中2张选票因密钥丢失无法读取，没有计入。');
  });
});
