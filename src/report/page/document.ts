// The shell of every report: one HTML file whose style, scripts and data lie inside. No request leaves it, and its content security policy
// forbids every other source.
import { embeddedJson, embeddedScript, html, type Markup } from './markup.js';
import { style } from './style.js';

export interface DocumentParts {
  readonly title: string;
  readonly body: Markup;
  /** What the scripts draw: JSON in the element with the id `study`. */
  readonly data: unknown;
  /** In the order in which they run. */
  readonly scripts: readonly string[];
}

/** The whole file as text. */
export function renderDocument({ title, body, data, scripts }: DocumentParts): string {
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${title} · foretell</title>
<style>${style}</style></head>
<body><main>
${body}
</main>
<script type="application/json" id="study">${embeddedJson(data)}</script>
${scripts.map((source) => html`<script>${embeddedScript(source)}</script>\n`)}</body></html>
`.source
  }`;
}
