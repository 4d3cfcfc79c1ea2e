import { SankeyChart } from 'echarts/charts';
import { GraphicComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { textWidth } from './text.js';

/* Apache ECharts with the parts that our pictures use. A module of its own, because it is large and loaded on demand. */

use([SankeyChart, GraphicComponent, SVGRenderer]);

// without a browser text cannot be measured
setPlatformAPI({
  measureText: (text, font) => ({ width: textWidth(text, Number(/([\d.]+)px/u.exec(font ?? '')?.[1] ?? 12)) }),
});

/** A chart of this size in pixels, rendered as SVG text. */
export const chartOf = (width: number, height: number) => init(null, null, { renderer: 'svg', ssr: true, width, height });
