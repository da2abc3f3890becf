// One self-contained HTML file of one study. No request leaves it: libraries, style and data lie inside, and its
// content security policy forbids everything else.
import type { Json } from '../../core/index.js';
import { figure, scaleOf } from '../score.js';
import { isSearch, type Story } from '../story.js';
import { summarise, type Summary } from '../summary.js';
import { renderDocument } from './document.js';
import { pageData, whatIs, type PageData } from './data.js';
import { plotLibraries } from './libraries.js';
import { html, type Markup } from './markup.js';
import { pageScript } from './script.js';
import { trialTable } from './table.js';
import { tiles } from './tiles.js';

/** The whole file as text. `libraries` are inlined scripts; the default reads d3 and Plot from their packages. */
export function renderPage(story: Story, libraries: readonly string[] = plotLibraries()): string {
  const scale = scaleOf(story.header);
  const summary = summarise(story);
  const page = pageData(story, scale, summary.best?.trial ?? null);
  const { name } = story.header;
  return renderDocument({
    title: name,
    body: html`${heading(story, summary)}
${tiles(story, summary, scale)}
${figures(page, isSearch(story.header))}
<h2>Trials</h2>
<p class="soft">Choose a column's title to sort by it. ≈ marks a score that was predicted.</p>
${trialTable(page, scale)}
${settings(story)}`,
    data: page,
    scripts: [...libraries, pageScript()],
  });
}

function heading(story: Story, summary: Summary): Markup {
  const { header, trials, ended } = story;
  const best = summary.best === null ? undefined : trials[summary.best.trial];
  return html`<h1>${header.name}</h1>
<p class="soft">${header.data.name} · space ${header.space.name} · strategy ${header.strategy.name} · rule ${header.rule.name} · seed ${header.seed} · ${dateOf(story)} · ${
    ended === null ? 'not ended yet' : `ended: ${ended}`
  }</p>
${best === undefined ? html`` : html`<p class="lead"><b class="best">Best</b> ${whatIs(best)}<br><span class="soft">${numbersOf(best.candidate.hp)}</span></p>`}`;
}

function figures(page: PageData, search: boolean): Markup {
  return html`<h2>Learning curves</h2>
${chart('curves', `A line a trial. Right of epoch ${page.epochs}: what was predicted of the frozen ones, with the 90 % interval.`, 'No epoch has been trained yet.')}
${key(['best', '━', 'best'], ['finished', '━', 'trained to the end'], ['frozen', '×', 'frozen here'], ['thawed', '△', 'thawed'], ...verifiedKey(page))}
<h2>Time line</h2>
${chart('time', timeWords(page), 'No time has been spent yet.')}
${key(['best', '■', 'best'], ['finished', '■', 'trained to the end'], ['frozen', '■', 'frozen'], ...otherwiseKey(page))}
<div class="pair"><section><h2>Predicted against true</h2>
${chart('predicted', forecastWords(page), `No trial has both a prediction and a true score yet${search ? '; --verify trains the frozen ones to the end' : ''}.`)}
${key(['frozen', '●', 'was frozen'], ['finished', '●', 'never frozen, first prediction'])}</section>
<section><h2>Against weights</h2>
${chart('weights', 'The line is the Pareto front of the true scores.', 'No trial has both a score and a number of weights.')}
${key(['finished', '●', 'true'], ['frozen', '○', 'predicted'])}</section>
<section><h2>Against training time</h2>
${chart('seconds', 'Seconds that it took to know a score; a predicted one is cheap.', 'No trial has a score yet.')}
${key(['finished', '●', 'true'], ['frozen', '○', 'predicted'])}</section></div>`;
}

function otherwiseKey(page: PageData): readonly (readonly [string, string, string])[] {
  return page.trials.some(({ fate }) => fate !== 'finished' && fate !== 'frozen') ? [['soft', '■', 'paused, broken off or not at its end']] : [];
}

function verifiedKey(page: PageData): readonly (readonly [string, string, string])[] {
  return page.trials.some((trial) => trial.afterwards.length > 0) ? [['frozen', '┄', 'trained after the search by --verify']] : [];
}

function chart(name: string, caption: string, empty: string): Markup {
  return html`<figure><figcaption>${caption}</figcaption><div class="chart" id="chart-${name}" data-empty-text="${empty}"></div></figure>`;
}

function key(...entries: readonly (readonly [string, string, string])[]): Markup {
  return html`<ul class="key">${entries.map(([kind, sign, words]) => html`<li><b class="${kind}" aria-hidden="true">${sign}</b>${words}</li>`)}</ul>`;
}

/** Mean absolute error and coverage: how far to trust the dots. */
function forecastWords(page: PageData): string {
  const pairs = page.trials.flatMap(({ forecast, final }) => (forecast === null || final === null ? [] : [{ forecast, final }]));
  if (pairs.length === 0) return '';
  const error = pairs.reduce((sum, { forecast, final }) => sum + Math.abs(forecast.mean - final), 0) / pairs.length;
  const withSpread = pairs.filter(({ forecast }) => forecast.low !== null && forecast.high !== null);
  const inside = withSpread.filter(({ forecast: { low, high }, final }) => (low ?? 0) <= final && final <= (high ?? 0));
  const coverage = withSpread.length === 0 ? '' : `; ${inside.length} of ${withSpread.length} within their 90 % interval`;
  return `${pairs.length} trials, mean absolute error ${figure(error)}${coverage}.`;
}

function timeWords(page: PageData): string {
  const cut = page.breaks === 0 ? '' : ` ${page.breaks === 1 ? 'One break' : `${page.breaks} breaks`} between runs left out.`;
  return `A bar an attempt, numbered by trial.${cut}`;
}

function settings(story: Story): Markup {
  const { header } = story;
  const rows: [string, Json | undefined][] = [
    // Options are the command line's way to the settings below.
    ...Object.entries(header.environment).filter(([name]) => name !== 'options' && name !== 'foretell'),
    ['foretell', header.version],
    ['epochs of a full training', header.epochs],
    ['metric', header.metric.name],
    ...(['space', 'strategy', 'rule', 'data'] as const).map((part): [string, Json] => [part, header[part]]),
    ['events in the journal', story.events],
  ];
  return html`<h2>Environment and settings</h2>
<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${words(value ?? null)}</dd>`)}</dl>`;
}

function words(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((item) => words(item as Json)).join(', ');
  const { name, ...others } = value as { readonly [key: string]: Json | undefined };
  return Object.entries(name === undefined ? others : { name, ...others })
    .flatMap(([name, member]) => (member === undefined ? [] : `${name}: ${words(member)}`))
    .join(' · ');
}

function numbersOf(hp: { readonly [name: string]: number }): string {
  return Object.entries(hp).map(([name, value]) => `${name.replaceAll('_', ' ')} ${figure(value)}`).join(' · ');
}

function dateOf(story: Story): string {
  const first = story.trials[0]?.startTime;
  return first === undefined ? 'no trial yet' : new Date(first).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}
