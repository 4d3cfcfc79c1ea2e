export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! };
}

/** One line of the results. The bar, where there is one, is for the median. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly measured: Spread;
  readonly bar?: { readonly atLeast: number } | { readonly atMost: number };
}

/** `null` where there is no bar. */
export function reached({ measured: { median }, bar }: Figure): boolean | null {
  if (bar === undefined) return null;
  return 'atLeast' in bar ? median >= bar.atLeast : median <= bar.atMost;
}

const shown = (value: number): string => {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
};

const barOf = ({ bar }: Figure): string =>
  bar === undefined ? '' : 'atLeast' in bar ? `≥ ${shown(bar.atLeast)}` : `≤ ${shown(bar.atMost)}`;

/** A Markdown table of figures. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => {
    const { min, median, max } = figure.measured;
    const verdict = reached(figure);
    return `| ${figure.what} | ${shown(min)} / **${shown(median)}** / ${shown(max)} | ${figure.unit} | ${barOf(figure)} | ${verdict === null ? '' : verdict ? 'yes' : '**no**'} |`;
  });
  return ['| what | min / **median** / max | unit | bar | reached |', '|---|---|---|---|---|', ...lines].join('\n');
}
