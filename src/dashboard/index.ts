// Door of the room dashboard: a live page of studies, and the way to step in.
export { Shelf } from './follow/shelf.js';
export { type Dashboard, type DashboardOptions, LOCALHOST, serveDashboard } from './server/serve.js';
