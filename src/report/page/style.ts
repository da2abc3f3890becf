// The page's style: a column of text and figures, one accent a meaning, the same names in light and dark.
import { Markup } from './markup.js';

export const style = new Markup(`
:root {
  color-scheme: light dark;
  --ground: #fcfcfa; --raised: #f3f3ef; --ink: #1d1f21; --soft: #6a6f76; --faint: #dcdcd6;
  --finished: #2f6fab; --frozen: #c2762b; --thawed: #3d8f5f; --best: #b3304c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16181b; --raised: #1f2226; --ink: #e4e5e3; --soft: #989da5; --faint: #34383e;
    --finished: #6ea8dc; --frozen: #e0a05c; --thawed: #6cc392; --best: #f0728a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 1200px; margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 4rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; letter-spacing: -.005em; margin: 3rem 0 .3rem; }
p { margin: .3rem 0 .8rem; max-width: 68ch; }
.soft, figcaption { color: var(--soft); font-size: .9rem; }
.lead { font-size: 1.05rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: .7rem; margin: 1.6rem 0 0; }
.tile { background: var(--raised); border-radius: 8px; padding: .7rem .9rem .75rem; margin: 0; }
.tile dt { color: var(--soft); font-size: .82rem; white-space: nowrap; }
.tile dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.25; letter-spacing: -.02em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tile small { display: block; color: var(--soft); font-size: .8rem; font-weight: 400; letter-spacing: 0; line-height: 1.35; }
figure { margin: .6rem 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 0 1.5rem; }
.chart { min-height: 60px; width: 100%; }
.chart svg { display: block; max-width: 100%; overflow: visible; }
.chart[data-empty]::after { content: attr(data-empty-text); color: var(--soft); font-size: .9rem; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .2rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .85rem; }
.key b { font-weight: 700; margin-right: .3rem; }
.finished { color: var(--finished); } .frozen { color: var(--frozen); } .thawed { color: var(--thawed); } .best { color: var(--best); }
.scroll { overflow-x: auto; margin-top: .8rem; border-block: 1px solid var(--faint); max-height: 75vh; }
.scroll:focus-visible { outline: 2px solid var(--finished); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: var(--ground); text-align: left; padding: 0; white-space: nowrap; box-shadow: inset 0 -1px var(--faint); z-index: 1; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: .5rem .5rem; cursor: pointer; width: 100%; text-align: inherit; }
th button:hover { color: var(--finished); }
th button:focus-visible { outline: 2px solid var(--finished); outline-offset: -2px; }
th button::after { content: "\\2195"; color: var(--faint); margin-left: .3rem; }
th[aria-sort] button::after { color: var(--ink); }
th[aria-sort=ascending] button::after { content: "\\2191"; } th[aria-sort=descending] button::after { content: "\\2193"; }
td { padding: .38rem .5rem; white-space: nowrap; border-top: 1px solid var(--faint); vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; } td.what { color: var(--soft); }
tr.is-best td:first-child { box-shadow: inset 3px 0 var(--best); font-weight: 700; }
.facts { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .15rem 1.2rem; margin: .6rem 0 0; font-size: .9rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 560px) { .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: .5rem; } .tile dd { font-size: 1.25rem; } .tiles { grid-template-columns: 1fr 1fr; } }
@media print { .scroll { max-height: none; overflow: visible; } th { position: static; } }
`);
