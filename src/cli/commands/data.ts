// `foretell data list | check MANIFEST | get NAME`: which recorded curve sets there are, whether one is fit for use, and fetching one.
import type { Command } from 'commander';
import type * as Curves from '../../data/index.js';
import { whereOf } from '../curves-dir.js';
import type { Ends, World } from '../world.js';

interface Options {
  readonly curvesDir?: string;
  readonly json?: true;
}

export function addData(program: Command, world: World, ends: Ends): void {
  const data = program.command('data').description('recorded curve sets: list, check, get');
  const folder = ['--curves-dir <folder>', 'a folder of curve files and manifests, sought before $FORETELL_DATA'] as const;
  data.command('list').description('the sets that have a manifest, and whether their files are here').option(...folder).option('--json', 'one JSON line a set')
    .action(ends((options: Options) => list(options, world)));
  data.command('check').description('read a set whole and say what it holds').argument('<manifest>', 'path of a manifest, or the name of a ready one').option(...folder)
    .option('--json', 'as one JSON line').action(ends((name: string, options: Options) => check(name, options, world)));
  data.command('get').description('fetch a set\'s files into the cache').argument('<name>', 'a ready manifest, or the path of one').option(...folder)
    .action(ends((name: string, options: Options) => get(name, options, world)));
}

async function list(options: Options, { terminal }: World): Promise<void> {
  const { findManifest, locateFiles, readyNames } = await import('../../host/index.js');
  const where = whereOf(options);
  const sets = readyNames(where).map((name) => {
    const found = findManifest(name, where);
    const missing = found.manifest.files.filter((_, i) => locateFiles(found, where)[i] === null);
    return { name, here: missing.length === 0, fetchable: found.manifest.download.length > 0, metric: found.manifest.metric.name ?? 'score', about: found.manifest.about ?? '' };
  });
  if (options.json === true) return sets.forEach((set) => terminal.out(JSON.stringify(set)));
  const { shorten, textTable } = await import('../../report/index.js');
  const state = ({ here, fetchable }: (typeof sets)[number]): string => (here ? 'here' : fetchable ? 'data get' : 'not here');
  terminal.out(textTable([{ title: 'set' }, { title: 'files' }, { title: 'metric' }, { title: 'what' }], sets.map((set) => [set.name, state(set), set.metric, shorten(set.about, 90)])));
}

async function check(name: string, options: Options, { terminal }: World): Promise<void> {
  const [{ loadCurveSet }, curves] = await Promise.all([import('../../host/index.js'), import('../../data/index.js')]);
  const set = await loadCurveSet(name, whereOf(options));
  const facts = factsOf(set, curves);
  if (options.json === true) return terminal.out(JSON.stringify(facts));
  const { figure } = await import('../../report/index.js');
  terminal.out(`${facts.name}: ${facts.rows} curves of ${facts.configurations} configurations, ${facts.epochs} epochs; ${facts.complete} trained to the end`);
  terminal.out(`${facts.metric}, ${facts.direction}d${facts.transform === 'none' ? '' : ` as its ${facts.transform}`}; finals ${facts.finals.map(figure).join(' / ')} (10th, 50th, 90th percentile, best)`);
  terminal.out(`AP ${facts.ap.join(', ') || 'none'}; HP ${facts.hp.join(', ') || 'none'}`);
  for (const note of facts.notes) terminal.out(`note: ${note}`);
}

async function get(name: string, options: Options, { terminal }: World): Promise<void> {
  const [{ getCurveSet }, { logTo }] = await Promise.all([import('../../host/index.js'), import('../terminal.js')]);
  for (const path of await getCurveSet(name, whereOf(options), logTo(terminal))) terminal.out(path);
}

/** `finals` in the metric's own units. */
function factsOf(set: Curves.CurveSet, { completeRows, recordedOf }: Pick<typeof Curves, 'completeRows' | 'recordedOf'>) {
  const finals = completeRows(set).map(({ curve }) => curve.at(-1) as number).sort((a, b) => a - b);
  const names = (of: 'ap' | 'hp'): string[] => [...new Set(set.rows.flatMap((row) => Object.keys(row[of])))];
  const at = (share: number): number => recorded(finals[Math.round(share * (finals.length - 1))] ?? NaN);
  const recorded = (score: number): number => recordedOf(set.metric, score);
  return {
    name: set.name, rows: set.rows.length, configurations: new Set(set.rows.map(({ group }) => group)).size, epochs: set.epochs, complete: finals.length,
    metric: set.metric.name, direction: set.metric.direction, transform: set.metric.transform, finals: [0.1, 0.5, 0.9, 1].map(at), ap: names('ap'), hp: names('hp'), notes: set.notes,
  };
}
