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
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
};

function barOf({ bar }: Figure): string {
  if (bar === undefined) return '';
  return 'atLeast' in bar ? `≥ ${shown(bar.atLeast)}` : `≤ ${shown(bar.atMost)}`;
}

function verdictOn(figure: Figure): string {
  const verdict = reached(figure);
  if (verdict === null) return '';
  return verdict ? 'yes' : '**no**';
}

/** A Markdown table of figures. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => {
    const { min, median, max } = figure.measured;
    return `| ${figure.what} | ${shown(min)} / **${shown(median)}** / ${shown(max)} | ${figure.unit} | ${barOf(figure)} | ${verdictOn(figure)} |`;
  });
  return ['| what | min / **median** / max | unit | bar | reached |', '|---|---|---|---|---|', ...lines].join('\n');
}
