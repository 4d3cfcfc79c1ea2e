import { textWidth, wrap } from './text.js';

/*
 * Charts as SVG by Apache ECharts, drawn on the server without a browser. The library is loaded for the first picture, so that nothing
 * else waits for it.
 */

/** A text or a rectangle, positioned in pixels from the upper left corner, in the form of ECharts. */
export type Shape = Readonly<Record<string, unknown>> & { readonly type: 'text' | 'rect' };

/** What a picture shows below its heading. */
export interface Content {
  readonly shapes: readonly Shape[];
  /** A chart that the library lays out. */
  readonly series?: object;
  /** Height of the whole picture, in pixels. */
  readonly height: number;
}

export interface Drawing {
  readonly title: string;
  /** What is shown, where and when; empty if the title says everything. */
  readonly about: string;
  /** The result in words; may be empty. */
  readonly result: string;
  /** Text for readers who do not see the picture. */
  readonly description: string;
  /** @param top first free pixel below the heading */
  readonly content: (top: number) => Content;
}

export const width = 960;
export const margin = 24;
export const inner = width - 2 * margin;
/** Font sizes that can still be read if the picture is shown at half its width. */
export const size = { title: 30, text: 20, small: 18 } as const;
export const lineHeight = 27;

/** Blue, orange and greys, then the colours of Okabe and Ito without yellow: people with colour blindness can tell them apart. */
export const colours = {
  chosen: '#0072B2',
  other: '#8296A6',
  against: '#D55E00',
  text: '#1F2933',
  faint: '#52606D',
  line: '#9AA5B1',
  background: '#EDF1F4',
} as const;
export const palette = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#7B6FD0', '#8C6D31'] as const;

/** Latin fonts before Chinese ones: Chinese fonts lack letters such as ą and ś, and a word in two fonts is hard to read. */
export const fonts =
  'Segoe UI, Helvetica Neue, Arial, Liberation Sans, Noto Sans, DejaVu Sans, ' +
  'PingFang SC, Microsoft YaHei, Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Zen Hei, sans-serif';

interface Style {
  readonly fontSize?: number;
  readonly fontWeight?: 'normal' | 'bold';
  readonly fill?: string;
  readonly align?: 'left' | 'center' | 'right';
}

/** One line of text; `y` is the middle of the line. */
export const textAt = (text: string, x: number, y: number, style: Style = {}): Shape => ({
  type: 'text',
  x,
  y,
  silent: true,
  style: { text, fontSize: size.text, fill: colours.text, fontFamily: fonts, verticalAlign: 'middle', ...style },
});

export const rectangle = (x: number, y: number, w: number, height: number, fill: string): Shape => ({
  type: 'rect',
  silent: true,
  shape: { x, y, width: w, height },
  style: { fill },
});

/** Bold letters are wider. */
const bold = 1.12;
export const boldWidth = (text: string, fontSize: number) => textWidth(text, fontSize * bold);
export const wrapBold = (text: string, fontSize: number, room: number, most: number) => wrap(text, fontSize * bold, room, most);

/** Interval of labels for marks that are `spacing` pixels apart, so that labels of this width do not touch. */
export const every = (textWide: number, spacing: number) => Math.max(1, Math.ceil((textWide + 8) / spacing));

/** The heading, and where the content begins. */
function heading({ title, about, result }: Drawing): { shapes: Shape[]; top: number } {
  const titleLine = size.title * 1.3;
  const titles = wrapBold(title, size.title, inner, 3).map((text, i) =>
    textAt(text, margin, margin + (i + 0.5) * titleLine, { fontSize: size.title, fontWeight: 'bold' }),
  );
  const below = margin + titles.length * titleLine + 4;
  const lines = [about, result].flatMap((text) => wrap(text, size.text, inner, 3));
  const rest = lines.map((text, i) => textAt(text, margin, below + (i + 0.5) * lineHeight, { fill: colours.faint }));
  return { shapes: [...titles, ...rest], top: below + lines.length * lineHeight + 16 };
}

/** The drawing as an SVG document, with a title and a description for screen readers. The same drawing gives the same text. */
export async function draw(drawing: Drawing): Promise<string> {
  const { title, about, description } = drawing;
  const { shapes, top } = heading(drawing);
  const { shapes: shown, series, height } = drawing.content(top);
  const { chartOf } = await import('./library.js');
  const chart = chartOf(width, Math.ceil(height));
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#FFFFFF',
      graphic: [...shapes, ...shown],
      ...(series && { series }),
    });
    return described(chart.renderToSVGString(), about === '' ? title : `${title} · ${about}`, description);
  } finally {
    chart.dispose();
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Removes the library's ids for interactive pages: their numbers would differ from picture to picture. Text in SVG has no unescaped
 * quotes, so the patterns match attributes only.
 */
function described(svg: string, title: string, description: string): string {
  const still = svg
    .replaceAll(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="visible")/gu, '')
    .replace(/<style ?><!\[CDATA\[[^\]]*\]\]>\s*<\/style>\s*/u, '')
    .replaceAll(/(id="|url\(#)zr\d+-/gu, '$1')
    .replaceAll(`font-family:${fonts};`, '') // set once, below
    .replaceAll(/<text dominant-baseline="central"/gu, '<text dy="0.35em"'); // the same for programs that do not support baselines
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    still.replace(
      /<svg [^>]*>/u,
      (open) =>
        `${open.slice(0, -1)} font-family="${fonts}" role="img" aria-labelledby="title description">\n` +
        `<title id="title">${escaped(title)}</title>\n<desc id="description">${escaped(description)}</desc>`,
    ) +
    '\n'
  );
}
