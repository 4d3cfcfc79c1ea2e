import { SankeyChart } from 'echarts/charts';
import { GraphicComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { textWidth } from './text.js';

/*
 * Apache ECharts with the parts that our pictures use; a module of its own, since it is large and loaded only when a picture is asked
 * for.
 */

use([SankeyChart, GraphicComponent, SVGRenderer]);

// without a browser nothing measures text
setPlatformAPI({
  measureText: (text, font) => ({ width: textWidth(text, Number(/([\d.]+)px/u.exec(font ?? '')?.[1] ?? 12)) }),
});

/** A chart of such a size in pixels that is drawn as text. */
export const chartOf = (width: number, height: number) => init(null, null, { renderer: 'svg', ssr: true, width, height });
