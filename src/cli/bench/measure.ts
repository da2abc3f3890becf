// Opens a device, runs the laboratory on it, and writes what comes: a table, JSON lines, CSV, a report.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { csvFormat } from 'd3-dsv';
import type { BenchCase, BenchLine, CaseLine } from '../../bench/index.js';
import { UsageError } from '../../core/index.js';
import type { Device } from '../../gpu/index.js';
import { EXIT } from '../exit.js';
import { reading, writing } from '../files.js';
import type { Terminal } from '../terminal.js';
import type { World } from '../world.js';
import { withSignals } from '../signals.js';
import type { BenchCommandOptions } from './options.js';
import { readyPeers } from './peers.js';
import { caseTable, peerTable, rooflineWords } from './words.js';

export async function list(cases: readonly BenchCase[], terminal: Terminal): Promise<void> {
  const { textTable } = await import('../../report/index.js');
  const rows = cases.map(({ name, shape, axes, flops }) => [name, shape, Object.entries(axes).map(([axis, value]) => `${axis}=${value}`).join(' '), (flops / 1e6).toFixed(1)]);
  terminal.out(textTable([{ title: 'case' }, { title: 'shape' }, { title: 'axes' }, { title: 'MFLOP', align: 'right' }], rows));
}

/** Exit code 1 where a variant computes wrong or does not run. */
export async function measure(cases: readonly BenchCase[], options: BenchCommandOptions, own: string | undefined, { terminal, machine }: World): Promise<number> {
  const { racePeers, runBench, VISITOR_FILE, visitorCases } = await import('../../bench/index.js');
  const text = own === undefined ? undefined : reading(own, () => readFileSync(own, 'utf8'));
  const extra = text === undefined ? {} : { [VISITOR_FILE]: text };
  const asked = text === undefined ? cases : visitorCases(cases, options.as ?? '', { text, watch: (busy) => process.send?.({ busy }) });
  const here = await machine();
  const { adapter } = options.set ?? {};
  const device = await here.openBenchDevice({ robustness: options.robustness, kernels: extra, ...(adapter === undefined ? {} : { adapter }) });
  const { minTime, robustness } = options;
  const lines: BenchLine[] = [];
  const raced: CaseLine[] = [];
  const sink = openSink(options, terminal);
  try {
    await withSignals(() => terminal.err('stopping after this case; once more ends it at once'), async (signal) => {
      const settings = options.all === true ? 'all' : 'favourite';
      for await (const found of runBench(device, asked, { minTime, settings, robustness, ...(options.variant === undefined ? {} : { variant: options.variant }), environment: here.environment(), signal })) {
        const line = own === undefined ? found : named(found, own);
        lines.push(line);
        sink.line(line);
      }
      if (options.variant !== undefined && !lines.some(({ type }) => type === 'case' || type === 'failed')) throw new UsageError(noneOf(asked, options.variant, device));
      if (options.peers === undefined) return;
      const race = { peers: await readyPeers(options.peers, terminal), say: terminal.err, signal, ...(adapter === undefined ? {} : { adapter }) };
      for await (const line of racePeers(device, asked, lines, race)) {
        raced.push(line);
        sink.line(line);
      }
    });
  } finally {
    sink.close();
    device.destroy();
  }
  await writeFiles(lines, options, terminal);
  if (raced.length > 0 && options.json !== true) terminal.out(await peerTable(raced));
  return lines.some((line) => line.type === 'failed' || (line.type === 'case' && !line.checked)) ? EXIT.failed : EXIT.done;
}

function noneOf(cases: readonly BenchCase[], variant: string, { facts }: Device): string {
  const known = [...new Set(cases.flatMap((each) => each.choices(facts).map((choice) => choice.variant)))].sort();
  return `--variant ${variant}: none of these cases has it on this device; expected one of ${known.join(', ')}`;
}

/** A compiler's message with the name of the visitor's own file. */
function named(line: BenchLine, own: string): BenchLine {
  return line.type === 'failed' ? { ...line, message: line.message.replaceAll('kernels/visitor/kernel.wgsl', own) } : line;
}

interface Sink {
  line(line: BenchLine): void;
  close(): void;
}

function openSink({ json }: BenchCommandOptions, terminal: Terminal): Sink {
  if (json === true) return { line: (line) => terminal.out(JSON.stringify(line)), close: () => undefined };
  const file = json === undefined ? null : writing(json, '--json', () => openSync(json, 'w'));
  return {
    line(line) {
      if (file !== null) writeSync(file, `${JSON.stringify(line)}\n`);
      say(line, terminal);
    },
    close: () => {
      if (file !== null) closeSync(file);
    },
  };
}

/** Progress while it runs; the table comes at the end. */
function say(line: BenchLine, terminal: Terminal): void {
  if (line.type === 'environment') terminal.err(`${line.adapter.name}; times by ${line.clock}${line.timestamp_ns === null ? '' : `, stamps in steps of ${line.timestamp_ns} ns`}`);
  if (line.type === 'roofline') terminal.err(rooflineWords(line));
  if (line.type === 'case') terminal.err(`${line.case} ${line.shape}  ${line.variant}  ${line.gflops.toFixed(1)} GFLOP/s${line.peer === undefined ? '' : `  ${line.peer} ${(line.peer_gflops ?? NaN).toFixed(1)}, ratio ${(line.ratio ?? NaN).toFixed(2)}`}${line.checked ? '' : `  WRONG: ${line.mismatch ?? ''}`}`);
  if (line.type === 'failed') terminal.err(`${line.case} ${line.shape}  ${line.variant}  does not run: ${line.message}`);
}

async function writeFiles(lines: readonly BenchLine[], { json, csv, out }: BenchCommandOptions, terminal: Terminal): Promise<void> {
  const measured = lines.filter((line): line is CaseLine => line.type === 'case');
  if (json !== true) terminal.out(await caseTable(measured));
  if (csv !== undefined) writing(csv, '--out', () => writeFileSync(csv, csvOf(measured)));
  if (out !== undefined) {
    const { renderBenchPage } = await import('../../bench/index.js');
    writing(out, '--out', () => writeFileSync(out, renderBenchPage(lines)));
    terminal.err(`report ${out}`);
  }
}

function csvOf(lines: readonly CaseLine[]): string {
  return `${csvFormat(lines.map(({ axes, samples_ms, type: _, ...line }) => ({ ...line, axes: JSON.stringify(axes), samples_ms: samples_ms.join(' ') })))}\n`;
}
