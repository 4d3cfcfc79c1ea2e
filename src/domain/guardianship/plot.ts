import { defineDecider } from '../shared/decider.js';
import { decideAdoption } from './plot-adoption.js';
import { decideCare } from './plot-care.js';
import { decideInspection } from './plot-inspection.js';
import { plotCommands, plotEvents } from './plot-messages.js';
import { evolvePlot, initialPlot, type Plot, type PlotRefusal } from './plot-state.js';

/**
 * A responsibility plot 责任田 and its guardian 监护人 (domain.md rows 17–20). Party members apply first. After that window
 * anybody of the place may apply. The self-governing body rules on each application. A plot exists since its place was divided, so
 * its stream has no first event of its own kind: it begins with whatever is done there first.
 */
export const plot = defineDecider<Plot, PlotRefusal>()({
  stream: 'plot',
  initial: initialPlot,
  commands: plotCommands,
  events: plotEvents,
  decide: { ...decideAdoption, ...decideCare, ...decideInspection },
  evolve: evolvePlot,
});
