// The page's own script, put together from the source text of functions that the compiler has checked.
import * as behaviour from './behaviour.js';
import * as charts from './charts.js';
import * as curvesChart from './curves-chart.js';

export function pageScript(): string {
  const functions = [...Object.values(charts), ...Object.values(curvesChart), ...Object.values(behaviour)].filter((value) => typeof value === 'function');
  const { kit, ...drawn } = behaviour.drawing;
  const draw = `${Object.keys(drawn).join(', ')}, kit: { ${Object.keys(kit).join(', ')} }`;
  return [
    '"use strict";',
    ...functions.map(String),
    `openPage(window, document, JSON.parse(document.getElementById("study").textContent), { ${draw} });`,
  ].join('\n');
}
