import type { Problems, Words } from './text.js';

/*
 * Names of options, in every format. The same name may be written with other code points: é is one (NFC) or two (NFD). Where the name says
 * which option is meant, both are one option. Where numbers say it, such a file is refused: it has two options that nobody can tell apart.
 */

/** A word of a file as it is compared. */
export const word = (text: string): string => text.trim().normalize('NFC');

/**
 * Names of numbered options as they are compared. Names that differ only in how their letters are composed are a problem.
 * @param options in the order of their numbers
 */
export function comparableNames(options: readonly { readonly name: string; readonly line: number }[], problems: Problems): string[] {
  const written = new Map<string, string>();
  return options.map(({ name, line }) => {
    const compared = name.normalize('NFC');
    const before = written.get(compared);
    if (before !== undefined && before !== name) problems.add(line, sameName(compared));
    written.set(compared, name);
    return compared;
  });
}

const sameName = (name: string): Words => ({
  zh: `两个选项的名称只是字符写法（Unicode）不同：${JSON.stringify(name)}`,
  en: `two options have the same name, only composed of other code points (Unicode): ${JSON.stringify(name)}`,
});

/** Ids of numbered options: their names, or, if several share a name, their numbers; then `names` says what they are called. */
export function toldApart(
  numbers: readonly string[],
  names: readonly string[],
): { readonly ids: readonly string[]; readonly names: ReadonlyMap<string, string> } {
  if (new Set(names).size === names.length) return { ids: names, names: new Map() };
  return { ids: numbers, names: new Map(numbers.map((number, i) => [number, `${number} ${names[i]!}`])) };
}
