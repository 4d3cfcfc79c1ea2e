import { BarChart, HeatmapChart, SankeyChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, TitleComponent, VisualMapComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { wide } from './text.js';

/*
 * Apache ECharts with the parts that our pictures use; a module of its own, since it is large and loaded only when a picture is asked
 * for.
 */

use([BarChart, HeatmapChart, SankeyChart, ScatterChart, GraphicComponent, GridComponent, TitleComponent, VisualMapComponent, SVGRenderer]);

// without a browser nothing measures text: a character is taken to be one em wide, or a little more than half of one
setPlatformAPI({
  measureText: (text, font) => {
    const size = Number(/([\d.]+)px/u.exec(font ?? '')?.[1] ?? 12);
    let ems = 0;
    for (const character of text) ems += wide(character) ? 1 : 0.56;
    return { width: ems * size };
  },
});

/** A chart of such a size in pixels that is drawn as text. */
export const chartOf = (width: number, height: number) => init(null, null, { renderer: 'svg', ssr: true, width, height });
