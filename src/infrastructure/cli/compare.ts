import { basename } from 'node:path';
import type { Language } from '../../domain/voting/words.js';
import { parsePabulib } from '../formats/pabulib.js';
import { readText } from '../formats/encoding.js';
import { formatOf } from '../formats/formats.js';
import type { Words } from '../formats/text.js';
import { withFile, unusable } from './ballot-file.js';
import type { FileCount } from './count-file.js';
import { sideBySide } from './side-by-side.js';

/** An outcome from elsewhere. */
export interface OtherOutcome {
  /** `selected`: the column of a .pb. `count`: the document that `--json` printed for an earlier count. */
  readonly from: 'selected' | 'count';
  /** What it is called in a table. */
  readonly title: Words;
  readonly winners: readonly string[];
  readonly undecided: readonly string[];
}

/** Which options only one of two outcomes chooses. What one leaves undecided and the other does not choose is no difference of winners. */
export interface Comparison {
  readonly both: readonly string[];
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
  /** Options that exactly one of the two leaves undecided. */
  readonly undecidedInOne: readonly string[];
  readonly same: boolean;
}

/**
 * Reads an outcome to compare with: the column `selected` of a .pb, or the JSON of an earlier count.
 * @throws UsageError if the file has neither
 */
export const otherOutcome = (path: string, bytes: Uint8Array, language: Language): OtherOutcome =>
  withFile(path, language, () => {
    const source = readText(bytes);
    if (formatOf(path, source)?.name === 'pabulib') return published(path, source.text);
    return (
      earlier(path, source.text) ??
      unusable({
        zh: '须是有 selected 列的 .pb，或以前 --json count 的输出',
        en: 'must be a .pb with a column `selected`, or what --json count printed before',
      })
    );
  });

function published(path: string, text: string): OtherOutcome {
  const { projects } = parsePabulib(text);
  if (projects.every(({ selected }) => selected === null)) unusable({ zh: '没有 selected 列', en: 'it has no column `selected`' });
  return {
    from: 'selected',
    title: { zh: `${basename(path)} 的 selected`, en: `selected in ${basename(path)}` },
    winners: projects.filter(({ selected }) => selected === true).map(({ id }) => id),
    undecided: [],
  };
}

const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Null if it is no document of a count. */
function earlier(path: string, text: string): OtherOutcome | null {
  const document = parsed(text) as { rule?: { rule?: unknown }; winners?: unknown; undecided?: unknown } | null;
  const name = document?.rule?.rule;
  if (typeof name !== 'string' || !isList(document?.winners) || !isList(document.undecided)) return null;
  const { winners, undecided } = document;
  return { from: 'count', title: { zh: `${basename(path)}（${name}）`, en: `${name} in ${basename(path)}` }, winners, undecided };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Compares the winners of two outcomes; their order does not matter.
 * @param path the file of the other outcome
 * @throws UsageError if the other outcome chooses options that this election does not have
 */
export function compared(
  here: Pick<FileCount, 'winners' | 'undecided' | 'options'>,
  there: OtherOutcome,
  path: string,
  language: Language,
): Comparison {
  const { options } = here;
  const foreign = [...there.winners, ...there.undecided].find((option) => !options.includes(option));
  if (foreign !== undefined)
    withFile(path, language, () =>
      unusable({
        zh: `属于另一次选举：这里没有选项 ${JSON.stringify(foreign)}`,
        en: `it is of another election: there is no option ${JSON.stringify(foreign)} here`,
      }),
    );
  const both = here.winners.filter((option) => there.winners.includes(option));
  const onlyHere = here.winners.filter((option) => !there.winners.includes(option));
  const onlyThere = there.winners.filter((option) => !here.winners.includes(option));
  const undecidedInOne = options.filter((option) => here.undecided.includes(option) !== there.undecided.includes(option));
  return { both, onlyHere, onlyThere, undecidedInOne, same: onlyHere.length + onlyThere.length + undecidedInOne.length === 0 };
}

/** The two outcomes side by side. */
export function comparisonInWords(
  here: FileCount,
  there: OtherOutcome,
  { both, onlyHere, onlyThere, undecidedInOne, same }: Comparison,
  language: Language,
  name: (option: string) => string,
): string {
  const zh = language === 'zh';
  const concerned = here.options.filter((option) =>
    [here, there].some(({ winners, undecided }) => winners.includes(option) || undecided.includes(option)),
  );
  const line = (label: string, options: readonly string[]) =>
    options.length === 0 ? [] : [`${label} (${options.length})${zh ? '：' : ': '}${options.map(name).join(zh ? '、' : ', ')}`];
  return [
    sideBySide([zh ? '本次' : 'this count', there.title[language]], concerned, [here, there], name),
    '',
    ...(same ? [zh ? '两者结果相同。' : 'Both outcomes are the same.'] : []),
    ...line(zh ? '两者都选' : 'Chosen by both', both),
    ...line(zh ? '只在本次当选' : 'Only in this count', onlyHere),
    ...line(zh ? `只在 ${there.title.zh} 当选` : `Only in ${there.title.en}`, onlyThere),
    ...line(zh ? '仅一方未定' : 'Undecided in one of them', undecidedInOne),
  ].join('\n');
}
