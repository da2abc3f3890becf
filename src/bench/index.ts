// Door of the laboratory: cases, measurement, comparison, a visitor's kernel, the report. What the command line and the page in a browser
// wire together. The portable half (cases, measure) has doors of its own, so that a browser loads no file reader.
export { type AxisValues, type BenchCase, casesFor } from './cases/index.js';
export { type Comparison, compareResults, type Difference } from './compare/compare.js';
export { readResults } from './compare/read-results.js';
export type { BenchLine, CaseLine, EnvironmentLine, FailedLine, RooflineLine, SummaryLine } from './measure/record.js';
export { type BenchOptions, runBench } from './measure/run.js';
export { type PeerName, PEERS, racePeers, type RaceOptions } from './peers/race.js';
export { openBenchPage } from './report/behaviour.js';
export { bodyOf } from './report/body.js';
export { rooflineChart, variantsChart } from './report/charts.js';
export { benchPageData } from './report/data.js';
export { renderBenchPage } from './report/page.js';
export { ROLES, VISITOR, VISITOR_FILE, visitorCases } from './visitor/visitor-case.js';
