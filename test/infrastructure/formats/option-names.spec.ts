import { describe, expect, it } from '@jest/globals';
import { converted } from '../../../src/infrastructure/cli/convert.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

/** The same name, as one code point (NFC) and as two (NFD). */
const [composed, decomposed] = ['Ren\u00E9', 'Rene\u0301'];

/** The options of a file, or the lines and reasons for which it is refused. */
const optionsOf = (name: string, text: string): readonly string[] => {
  try {
    return readElection(name, Buffer.from(text))!.options;
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems.map(({ line, en }) => `${line}: ${en}`);
    throw error;
  }
};
const refused = (line: number) => [
  `${line}: two options have the same name, only composed of other code points (Unicode): ${JSON.stringify(composed)}`,
];

const blt = (first: string, second: string) => `3 1\n2 1 3 0\n1 2 0\n0\n"${first}"\n"${second}"\n"Bo"\n"t"\n`;
const preflib = (first: string, second: string) =>
  `# ALTERNATIVE NAME 1: ${first}\n# ALTERNATIVE NAME 2: ${second}\n# ALTERNATIVE NAME 3: Bo\n2: 1,3\n1: 2\n`;
const cdf = (first: string, second: string) =>
  JSON.stringify({
    Election: [
      {
        Candidate: [
          { '@id': 'c1', Name: first },
          { '@id': 'c2', Name: second },
        ],
        Contest: [
          {
            '@id': 'k',
            Name: 'Mayor',
            VoteVariation: 'rcv',
            ContestSelection: [
              { '@id': 's1', CandidateIds: ['c1'] },
              { '@id': 's2', CandidateIds: ['c2'] },
            ],
          },
        ],
      },
    ],
    CVR: [
      {
        '@type': 'CVR.CVR',
        CVRSnapshot: [
          {
            CVRContest: [
              {
                ContestId: 'k',
                CVRContestSelection: [{ ContestSelectionId: 's2', SelectionPosition: [{ HasIndication: 'yes', Rank: 1 }] }],
              },
            ],
          },
        ],
      },
    ],
  });
const dominionJson = (first: string, second: string) =>
  JSON.stringify({
    'ContestManifest.json': { List: [{ Description: 'Mayor', Id: 1, VoteFor: 1, NumOfRanks: 2 }] },
    'CandidateManifest.json': {
      List: [first, second].map((Description, i) => ({ Description, Id: i + 1, ContestId: 1, Type: 'Regular' })),
    },
    'CvrExport.json': {
      Sessions: [{ TabulatorId: 1, BatchId: 1, RecordId: 1, Original: { Contests: [{ Id: 1, Marks: [{ CandidateId: 2, Rank: 1 }] }] } }],
    },
  });

/** A file in each format with two options of these names, and what becomes of the one name in two spellings. */
const formats: readonly (readonly [string, (first: string, second: string) => string, expected: readonly string[]])[] = [
  ['x.csv', (first, second) => `rank1\n${first}\n${second}\n`, [composed]],
  ['header.csv', (first, second) => `${first},${second}\n1,0\n`, [`1: the header ${JSON.stringify(composed)} repeats another`]],
  ['x.blt', blt, refused(6)],
  ['x.soi', preflib, refused(2)],
  ['old.soi', (first, second) => `2\n1,${first}\n2,${second}\n2,2,2\n1,1,2\n1,2\n`, refused(3)],
  [
    'tally.txt',
    (first, second) => `Option 1--->: ${first}\nOption 2--->: ${second}\nV: 12\n`,
    ['2: options must stand before the ballots, be numbered in their order, and have names of their own'],
  ],
  ['ess.csv', (first, second) => `Cast Vote Record,Precinct,Mayor 1st Choice\n1,p,${first}\n2,p,${second}\n`, [composed]],
  [
    'dominion.csv',
    (first, second) =>
      'E,5.17.17.1,,,,,\n,,,,,"Mayor (Number of positions=1, Number of ranks=1)","Mayor (Number of positions=1, Number of ranks=1)"\n' +
      `,,,,,${first}(1),${second}(1)\nCvrNumber,T,B,R,I,,\n1,1,1,1,1,1,0\n`,
    [composed],
  ],
  ['x.json', cdf, refused(1)],
  ['folder', dominionJson, refused(1)],
  [
    'x.pb',
    (first, second) =>
      `META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost\n${first};1\n${second};1\nVOTES\nvoter_id;vote\n1;${first}\n`,
    [`8: project ${composed} is listed twice`],
  ],
];

describe('the same name, composed and decomposed', () => {
  it.each(formats)('is one option or refused in %s, whichever comes first', (name, file, expected) => {
    expect(optionsOf(name, file(composed, decomposed))).toEqual(expected);
    expect(optionsOf(name, file(decomposed, composed))).toEqual(expected);
  });

  it.each(formats)('is known in %s in either spelling', (name, file) => {
    const election = readElection(name, Buffer.from(file(decomposed, 'Al')))!;
    expect(election.options.map((option) => election.names.get(option) ?? option)).toContain(composed);
  });

  it('is known to --why and the like in either spelling', () => {
    const count = (why: string) => countFile('x.blt', Buffer.from(blt(composed, 'Al')), { rule: 'borda' }, { why }).why;
    expect(count(decomposed)).toEqual(count(composed));
  });
});

describe('options of exactly the same name', () => {
  it.each<[string, string]>([
    ['x.blt', blt(composed, composed)],
    ['x.soi', preflib(composed, composed)],
    ['x.json', cdf(composed, composed)],
    ['folder', dominionJson(composed, composed)],
  ])('are told apart by their numbers in %s, also when it is converted', (name, text) => {
    const { options, names } = readElection(name, Buffer.from(text))!;
    expect(new Set(options.map((option) => names.get(option))).size).toBe(options.length);
    const written = converted(name, Buffer.from(text), 'y.blt').text;
    expect(readElection('y.blt', Buffer.from(written))!.options).toEqual(options.map((option) => names.get(option)));
  });
});
