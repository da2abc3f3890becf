// Door of the room report: a journal's events in, text and one HTML file out.
export { exportCurves, type CurveFiles } from './export-curves.js';
export { exportCsv, exportJson } from './export.js';
export { makeSortable, sortRows } from './page/behaviour.js';
export type { Mark, PageDocument, PageElement, PageWindow, Plot } from './page/browser.js';
export { type DocumentParts, renderDocument } from './page/document.js';
export { plotLibraries } from './page/libraries.js';
export { spread, weightsOf, whatIs } from './page/data.js';
export { html, type Markup } from './page/markup.js';
export { renderPage } from './page/page.js';
export type { FiguresPage, FigureTable, LineChart, Section, Series } from './figures/figures.js';
export { renderFigures } from './figures/page.js';
export { duration, figure, interval, NINETY, scaleOf, type Scale } from './score.js';
export { paretoData, paretoText, showText, summaryLines } from './show.js';
export { tellStory, tellTrial, type FitPoint, type Story, type TrialStory } from './story.js';
export { summarise, type Summary } from './summary.js';
export { printable, shorten, textTable, type Column } from './text-table.js';
export { numberWords, outcome, why, whyText, type Feature, type FeaturesOf, type Told, type Why, type WhyVerdict } from './why.js';
