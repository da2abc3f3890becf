// The page's table of trials: written as plain markup, so that it reads without a script; the script makes it sort.
import { figure, duration, type Scale } from '../score.js';
import type { PageData, PageTrial } from './data.js';
import { html, type Markup } from './markup.js';

interface Column {
  readonly title: string;
  /** Order of the first click on a column of numbers; absent for text. */
  readonly first?: 'rising' | 'falling';
  readonly cell: (trial: PageTrial) => { readonly text: string; readonly value?: number | null; readonly wide?: boolean };
}

export function trialTable(page: PageData, scale: Scale): Markup {
  const columns = columnsOf(page, scale);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of trials"><table data-sortable>
<thead><tr>${columns.map(headerCell)}</tr></thead>
<tbody>
${page.trials.map((trial) => row(trial, columns, trial.id === page.best))}</tbody></table></div>`;
}

function columnsOf(page: PageData, scale: Scale): readonly Column[] {
  const number = (title: string, first: 'rising' | 'falling', of: (trial: PageTrial) => number | null, text = figure): Column => ({
    title,
    first,
    cell: (trial) => {
      const value = of(trial);
      return { text: value === null ? '–' : text(value), value };
    },
  });
  const better = scale.negated ? 'rising' : 'falling';
  const settings = [...new Set(page.trials.flatMap((trial) => Object.keys(trial.hp)))];
  return [
    number('Trial', 'rising', (trial) => trial.id),
    { title: 'State', cell: (trial) => ({ text: stateOf(trial) }) },
    {
      title: page.metric,
      first: better,
      cell: (trial) => ({
        text: trial.score === null ? '–' : `${trial.predicted ? '≈ ' : ''}${figure(trial.score)}`,
        value: trial.score,
      }),
    },
    number('True', better, (trial) => trial.final),
    number('Predicted', better, (trial) => trial.forecast?.mean ?? null),
    number('Epochs', 'falling', (trial) => trial.epochs),
    number('Time', 'falling', (trial) => trial.seconds, duration),
    number('Weights', 'falling', (trial) => trial.weights, (weights) => weights.toLocaleString('en')),
    ...settings.map((name) => number(name.replaceAll('_', ' '), 'falling', (trial) => trial.hp[name] ?? null)),
    { title: 'Architecture', cell: (trial) => ({ text: trial.failure === null ? trial.what : `${trial.what} (${trial.failure})`, wide: true }) },
  ];
}

function stateOf(trial: PageTrial): string {
  const last = trial.freezes.at(-1);
  const frozen = trial.fate === 'frozen' && last !== undefined ? `frozen at ${last.epoch}` : trial.fate;
  return `${frozen}${trial.thaws.length > 0 ? ', thawed' : ''}${trial.verified ? ', verified' : ''}`;
}

function headerCell(column: Column): Markup {
  return column.first === undefined
    ? html`<th scope="col"><button type="button">${column.title}</button></th>`
    : html`<th scope="col" class="n" data-first="${column.first}"><button type="button">${column.title}</button></th>`;
}

function row(trial: PageTrial, columns: readonly Column[], best: boolean): Markup {
  return html`<tr class="${best ? 'is-best' : ''}">${columns.map((column) => {
    const { text, value, wide } = column.cell(trial);
    if (value !== undefined) return html`<td class="n" data-v="${value ?? ''}">${text}</td>`;
    return html`<td class="${wide === true ? 'what' : ''}">${text}</td>`;
  })}</tr>
`;
}
