import type { Bilingual } from '../shared/bilingual.js';
import type { Immutable } from '../shared/decider.js';
import type { RollLine } from './roll.js';

const square = (hundredths: number): string => (hundredths / 100).toFixed(2);

type Told = Readonly<Record<RollLine['line'], (line: Immutable<RollLine>) => Bilingual>>;
const told: Told = {
  known: ({ units, area, heads }) => ({
    zh: `已登记权利人 ${units} 处，${square(area)} 平方米，计 ${heads} 人；同一人有几处、几人共有一处的，均按一人计。`,
    en: `Units with known owners: ${units} (${square(area)} m²), heads: ${heads}. An owner or several co-owners are one head.`,
  }),
  unknown: ({ units, area, heads }) => ({
    zh: `未登记权利人 ${units} 处，${square(area)} 平方米，一处按一人计，计 ${heads} 人。`,
    en: `Units without a known owner: ${units} (${square(area)} m²), one head each: ${heads}.`,
  }),
  developer: ({ units, area }) => ({
    zh: `建设单位未出售和已出售未交付的 ${units} 处，${square(area)} 平方米，合计按一人计。`,
    en: `Units of the developer, not sold or not handed over: ${units} (${square(area)} m²), one head together.`,
  }),
  parking: ({ units, area }) => ({
    zh: `车位 ${units} 个，${square(area)} 平方米，不计入。`,
    en: `Parking spaces, which do not count: ${units} (${square(area)} m²).`,
  }),
  storage: ({ units, area }) => ({
    zh: `储藏间 ${units} 间，${square(area)} 平方米，不计入。`,
    en: `Storage rooms, which do not count: ${units} (${square(area)} m²).`,
  }),
};

/** How heads and area on a roll were counted: one sentence per line. */
export function rollInWords(roll: readonly Immutable<RollLine>[]): { readonly zh: readonly string[]; readonly en: readonly string[] } {
  const sentences = roll.map((line) => told[line.line](line));
  return { zh: sentences.map(({ zh }) => zh), en: sentences.map(({ en }) => en) };
}
