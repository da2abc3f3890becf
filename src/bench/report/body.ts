// The laboratory's report as markup: the roofline, a chart and a table a kernel, the best variant a shape. Knows no file, so that the page
// which measures in a browser shows the same.
import { html, type Markup } from '../../report/index.js';
import type { BenchLine, EnvironmentLine, FailedLine, RooflineLine } from '../measure/record.js';
import type { BenchPageData, PageCase } from './data.js';

/** `page` is what the charts will draw of the same lines. */
export function bodyOf(lines: readonly BenchLine[], page: BenchPageData): Markup {
  const names = [...new Set(page.cases.map(({ name }) => name))];
  return html`${heading(lines, page)}
<h2>Roofline</h2>
<figure><figcaption>Every variant by the work that it does for each byte that must move. The line is what this adapter reached at most in the same process.</figcaption>
<div class="chart" data-empty-text="No case states its bytes."></div></figure>
${key(['finished', '●', 'fastest of its shape'], ['frozen', '●', 'other variants'])}
<h2>Best variant a shape</h2>
${table(page.cases.filter(({ best }) => best))}
${names.map((name) => section(name, page.cases.filter((each) => each.name === name)))}
${failures(lines)}
${environment(lines)}`;
}

function heading(lines: readonly BenchLine[], { cases, peak, bandwidth }: BenchPageData): Markup {
  const about = lines.find((line): line is EnvironmentLine => line.type === 'environment');
  const wrong = cases.filter(({ checked }) => !checked).length;
  return html`<h1>Kernels on ${about?.adapter.name ?? 'an unknown adapter'}</h1>
<p class="soft">${cases.length} variants measured by ${about?.clock ?? 'the wall clock'}; peak ${peak.toPrecision(3)} GFLOP/s, copy ${bandwidth.toPrecision(3)} GB/s${wrong === 0 ? '; all results right' : ''}</p>
${wrong === 0 ? html`` : html`<p class="lead"><b class="best">${wrong} wrong</b> results: their times mean nothing.</p>`}`;
}

function section(name: string, cases: readonly PageCase[]): Markup {
  return html`<h2>${name}</h2>
<figure><div class="chart" data-case="${name}" data-empty-text="Nothing was measured."></div></figure>
${table(cases)}`;
}

const COLUMNS = ['shape', 'variant', 'GFLOP/s', '% of peak', '% of roofline', 'median ms', 'p10', 'p90', 'cold', 'samples', 'result'] as const;

function table(cases: readonly PageCase[]): Markup {
  const names = new Set(cases.map(({ name }) => name)).size > 1;
  const head = (names ? ['case', ...COLUMNS] : COLUMNS).map((title, i) => html`<th scope="col"${i > (names ? 2 : 1) ? html` class="n"` : html``}><button type="button">${title}</button></th>`);
  return html`<div class="scroll" tabindex="0"><table data-sortable><thead><tr>${head}</tr></thead><tbody>${cases.map((each) => row(each, names))}</tbody></table></div>`;
}

function row(each: PageCase, named: boolean): Markup {
  const number = (value: number, digits: number): Markup => html`<td class="n" data-v="${value}">${value.toFixed(digits)}</td>`;
  return html`<tr>${named ? html`<td>${each.name}</td>` : html``}<td>${each.shape}</td><td>${each.best ? html`<b class="finished">${each.variant}</b>` : each.variant}</td>${number(each.gflops, 1)}${number(each.percentOfPeak, 1)}${number(each.percentOfRoofline, 1)}${number(each.medianMs, 3)}${number(each.p10Ms, 3)}${number(each.p90Ms, 3)}${number(each.coldMs, 3)}${number(each.samples, 0)}<td>${each.checked ? 'right' : html`<b class="best">wrong</b>`}</td></tr>`;
}

function failures(lines: readonly BenchLine[]): Markup {
  const failed = lines.filter((line): line is FailedLine => line.type === 'failed');
  if (failed.length === 0) return html``;
  return html`<h2>Did not run</h2><dl class="facts">${failed.map((line) => html`<dt>${line.case} ${line.shape}, ${line.variant}</dt><dd>${line.message}</dd>`)}</dl>`;
}

function environment(lines: readonly BenchLine[]): Markup {
  const about = lines.find((line): line is EnvironmentLine => line.type === 'environment');
  const roofline = lines.find((line): line is RooflineLine => line.type === 'roofline');
  const rows: [string, unknown][] = [
    ...Object.entries(about?.adapter ?? {}),
    ...Object.entries(about ?? {}).filter(([name]) => name !== 'type' && name !== 'adapter'),
    ...(roofline ? ([['launch, us', roofline.launchUs.toFixed(1)], ['submit to result, us', roofline.roundTripUs.toFixed(0)]] as [string, unknown][]) : []),
  ];
  return html`<h2>Environment</h2><dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>`)}</dl>`;
}

function key(...entries: readonly (readonly [string, string, string])[]): Markup {
  return html`<ul class="key">${entries.map(([kind, sign, words]) => html`<li><b class="${kind}" aria-hidden="true">${sign}</b>${words}</li>`)}</ul>`;
}
