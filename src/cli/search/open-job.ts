// A search's job by the kind of its space: the one place that tells images from language.
import type { Log } from '../../core/index.js';
import type { Machine } from '../machine.js';
import { imageJob } from './image-job.js';
import type { SearchJob } from './job.js';
import { languageJob } from './language-job.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

export function openJob(options: SearchOptions, rest: RestSettings, machine: Machine, log: Log): Promise<SearchJob> {
  return options.space === 'lstm' ? languageJob(options, rest, machine) : imageJob(options, rest, machine, log);
}
