// Door of the room web: the laboratory as a page for a visitor's own browser. web/page is what runs there.
export { gatherModules, type Modules } from './modules.js';
export { serveSite, type Serving, writeSite } from './serve.js';
export { buildSite, type Site } from './site.js';
