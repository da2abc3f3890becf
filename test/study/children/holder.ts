// Opens a study for writing, appends one event, and holds it until it is killed.
import { openJournal } from '../../../src/study/index.js';

const journal = openJournal(process.argv[2] ?? '');
journal.append([{ type: 'note', about: 'held', data: process.pid }]);
console.log('held');
setInterval(() => undefined, 1000);
