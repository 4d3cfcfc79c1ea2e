import type { Words } from './text.js';

/*
 * Amounts of money as people write them: `5000`, `5,000`, `10.000`, `1.234,50`. A comma or a point before exactly three digits may separate
 * thousands or decimals. What it does follows from the other amounts of the file, or the amount is refused.
 */

type Separator = ',' | '.';

const plainOrDecimal = /^\d+(?:([.,])(\d+))?$/u;
const grouped = /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:([.,])\d+)?$/u;
/** May be thousands or three decimals. */
const ambiguous = /^[1-9]\d{0,2}([.,])(\d{3})$/u;
export const isAmbiguous = (text: string): boolean => ambiguous.test(text);
/** May be groups of four digits, as Chinese counts, or decimals. Money has no four decimals. */
const byTenThousands = /^[1-9]\d{0,3}(?:,\d{4})+$/u;
/** Thousands twice, which cannot be decimals. */
const groupedTwice = /^\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})$/u;

/**
 * A whole number of at least 0, also with decimals that are all 0 (`7.0`) or several thousands separators (`1.000.000`); else what is wrong
 * with it. `1.000` may be one or a thousand, so it is refused.
 */
export function wholeNumber(what: string, text: string): number | Words {
  if (ambiguous.test(text)) return uncertain(what, text);
  const digits = groupedTwice.test(text) ? text.replaceAll(/[.,]/gu, '') : text.replace(/\.0+$/u, '');
  if (!/^\d+$/u.test(digits)) return notWhole(what, text);
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : { zh: `${what} 过大：${text}`, en: `${what} is too large: ${text}` };
}

const notWhole = (what: string, text: string): Words => ({
  zh: `${what} 不是整数：${JSON.stringify(text)}`,
  en: `${what} is not a whole number: ${JSON.stringify(text)}`,
});

/** What to say of an amount whose separator may do both. */
export const uncertain = (what: string, amount: string): Words => ({
  zh: `${what} 的分隔符不确定是千位分隔还是小数点：${JSON.stringify(amount)}`,
  en: `it is not certain whether ${what} has a thousands separator or decimals: ${JSON.stringify(amount)}`,
});

/** What the separators of a file do, as far as its amounts show it. */
export class AmountStyle {
  private readonly thousands = new Set<string>();
  private readonly decimals = new Set<string>();
  /** Separators of which nothing else shows that they separate thousands. */
  private readonly byZeros: ReadonlySet<string>;
  /** Whether both characters separate thousands in one file, so that nothing is certain of either. */
  private readonly contradicts: boolean;

  /** @param amounts all amounts of the file, also those that are no amounts */
  constructor(amounts: readonly string[]) {
    const zeros = new Set<string>();
    const hasPlain = amounts.some((amount) => /^\d+$/u.test(amount));
    for (const amount of amounts) {
      const [, unclear, digits] = ambiguous.exec(amount) ?? [];
      const [, group, point] = grouped.exec(amount) ?? [];
      const [, decimal] = plainOrDecimal.exec(amount) ?? [];
      if (unclear !== undefined) {
        // three decimals would not be cut to none in another amount and written as 000 in this one
        if (hasPlain && digits === '000') zeros.add(unclear);
      } else if (decimal !== undefined) this.decimals.add(decimal);
      else if (group !== undefined) {
        this.thousands.add(group);
        if (point !== undefined) this.decimals.add(point);
      }
    }
    this.byZeros = new Set([...zeros].filter((separator) => !this.thousands.has(separator)));
    for (const separator of zeros) this.thousands.add(separator);
    this.contradicts = this.thousands.size > 1;
  }

  /** Whether an amount is read as thousands only because it ends in 000. If it is then beyond reason, it is not certain. */
  isThousandsByZeros(amount: string): boolean {
    const [, separator = '', digits] = ambiguous.exec(amount) ?? [];
    return digits === '000' && this.byZeros.has(separator);
  }

  /** A whole number as `wholeNumber` reads it, whose separator the other amounts may make certain. */
  readWhole(what: string, amount: string): number | Words {
    if (!ambiguous.test(amount)) return wholeNumber(what, amount);
    const read = this.read(what, amount);
    if (!('whole' in read)) return read;
    return Number(read.decimals) === 0 ? Number(read.whole) : notWhole(what, amount);
  }

  /** The whole digits and the decimals of an amount; or what is wrong with it. */
  read(what: string, amount: string): { readonly whole: string; readonly decimals: string } | Words {
    if (byTenThousands.test(amount)) return uncertain(what, amount);
    const unclear = ambiguous.exec(amount)?.[1] as Separator | undefined;
    if (unclear !== undefined) {
      const other = unclear === ',' ? '.' : ',';
      const isGrouping = this.thousands.has(unclear) || (this.decimals.has(other) && !this.decimals.has(unclear));
      if (this.contradicts || isGrouping === this.decimals.has(unclear)) return uncertain(what, amount);
      if (isGrouping) return { whole: amount.replace(unclear, ''), decimals: '' };
    }
    const [, decimal] = plainOrDecimal.exec(amount) ?? [];
    const [, group, point] = grouped.exec(amount) ?? [];
    if (plainOrDecimal.test(amount)) {
      const [whole = '', decimals = ''] = decimal === undefined ? [amount] : amount.split(decimal);
      return { whole, decimals };
    }
    // one character cannot do both in one file
    if (group === undefined || group === point || this.decimals.has(group) || (point !== undefined && this.thousands.has(point)))
      return { zh: `${what} 不是金额：${JSON.stringify(amount)}`, en: `${what} is not an amount: ${JSON.stringify(amount)}` };
    const [whole = '', decimals = ''] = point === undefined ? [amount] : amount.split(point);
    return { whole: whole.replaceAll(group, ''), decimals };
  }
}
