import type { EChartsCoreOption } from 'echarts/core';

/*
 * Charts as SVG by Apache ECharts, drawn on the server without a browser. The library is loaded when the first picture is asked for:
 * nobody who asks for none waits for it.
 */

export interface Drawing {
  readonly option: EChartsCoreOption;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
  /** What the picture shows, for readers who do not see it. */
  readonly description: string;
}

export const width = 960;
/** Space for title and subtitle. */
export const head = 76;

/** Blue, orange and greys, and below them the colours of Okabe and Ito without yellow: told apart by every kind of eyesight. */
export const colours = {
  chosen: '#0072B2',
  other: '#B9C6D0',
  against: '#D55E00',
  text: '#1F2933',
  faint: '#52606D',
  line: '#9AA5B1',
} as const;
export const palette = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#7B6FD0', '#8C6D31'] as const;

export const fonts = 'Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Zen Hei, sans-serif';

/** The drawing as an SVG document: the same text for the same drawing, with a title and a description that are read out. */
export async function draw({ option, height, title, subtitle, description }: Drawing): Promise<string> {
  const { chartOf } = await import('./library.js');
  const chart = chartOf(width, height);
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#FFFFFF',
      textStyle: { fontFamily: fonts, color: colours.text },
      title: {
        text: title,
        subtext: subtitle,
        left: 24,
        top: 16,
        itemGap: 8,
        textStyle: { fontSize: 18, color: colours.text, width: width - 48, overflow: 'truncate' },
        subtextStyle: { fontSize: 13, color: colours.faint, width: width - 48, overflow: 'truncate' },
      },
      ...option,
    });
    return described(chart.renderToSVGString(), title, description);
  } finally {
    chart.dispose();
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Without the library's marks for a page that moves: what they number would differ from picture to picture. Text holds no bare quotes,
 * so they match attributes only.
 */
function described(svg: string, title: string, description: string): string {
  const still = svg
    .replaceAll(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="visible")/gu, '')
    .replace(/<style ?><!\[CDATA\[[^\]]*\]\]>\s*<\/style>\s*/u, '')
    .replaceAll(/(id="|"url\(#)zr\d+-/gu, '$1')
    .replaceAll(/<text dominant-baseline="central"/gu, '<text dy="0.35em"'); // the same, also for those that do not know baselines
  return `<?xml version="1.0" encoding="UTF-8"?>\n${still.replace(/<svg [^>]*>/u, (open) => `${open.slice(0, -1)} role="img" aria-labelledby="title description">\n<title id="title">${escaped(title)}</title>\n<desc id="description">${escaped(description)}</desc>`)}\n`;
}
