// The shell of every report: one HTML file whose style, scripts and data lie inside. No request leaves it, and its content security policy
// forbids every other source. A page that computes also loads modules and data from the place that it came from, and from nowhere else.
import { embeddedJson, embeddedScript, html, Markup } from './markup.js';
import { style } from './style.js';

export interface DocumentParts {
  readonly title: string;
  readonly body: Markup;
  /** What the scripts draw: JSON in the element with the id `study`. */
  readonly data: unknown;
  /** In the order in which they run. */
  readonly scripts: readonly string[];
  /** Modules beside the page: the one to start, and where the names of packages point. Absent = the page is alone. */
  readonly modules?: { readonly main: string; readonly imports: Readonly<Record<string, string>> };
}

const ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
const WITH_MODULES = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:";

/** The whole file as text. */
export function renderDocument({ title, body, data, scripts, modules }: DocumentParts): string {
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(modules ? WITH_MODULES : ALONE)}">
<title>${title} · foretell</title>
<style>${style}</style></head>
<body><main>
${body}
</main>
<script type="application/json" id="study">${embeddedJson(data)}</script>
${scripts.map((source) => html`<script>${embeddedScript(source)}</script>\n`)}${modules ? moduleScripts(modules) : html``}</body></html>
`.source
  }`;
}

function moduleScripts({ main, imports }: NonNullable<DocumentParts['modules']>): Markup {
  return html`<script type="importmap">${embeddedJson({ imports })}</script>
<script type="module" src="${main}"></script>
`;
}
