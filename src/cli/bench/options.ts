// What `foretell bench` takes.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { keyValue, onOff, realNumber } from '../parsers.js';

export interface BenchCommandOptions {
  readonly list?: true;
  readonly axis?: Readonly<Record<string, readonly number[]>>;
  readonly minTime: number;
  readonly all?: true;
  readonly variant?: string;
  readonly json?: true | string;
  readonly csv?: string;
  readonly out?: string;
  readonly peers?: true | readonly string[];
  readonly web?: true;
  readonly compare?: readonly string[];
  readonly threshold: number;
  readonly as?: string;
  readonly timeout: number;
  readonly robustness: boolean;
  readonly set?: Readonly<Record<string, string>>;
  /** Set on the child that runs a visitor's kernel. */
  readonly apart?: true;
}

export function addBenchOptions(command: Command): Command {
  return command
    .argument('[filter]', "a part of a case's name or shape, or your own kernel (a .wgsl file, with --as)")
    .option('--list', 'say which cases there are, and measure nothing')
    .option('--axis <name=v,v>', 'other values of an axis, such as batch=1,32 (may be given again)', axis)
    .option('--min-time <seconds>', 'sample each variant at least so long', realNumber({ above: 0 }), 0.3)
    .option('--all', 'every setting of each variant, not its favourite alone')
    .option('--variant <name>', 'this one alone of each case that has it')
    .option('--json [file]', 'one JSON line a result, the summary last')
    .option('--csv <file>', 'a row a result')
    .option('--out <file>', 'a report: one self-contained HTML file')
    .option('--peers [names...]', 'race them on the same shapes: tfjs, ort-webgpu, ort-cpu (installed into .cache/peers)')
    .option('--web', 'a page that measures in a browser, served to this machine until Ctrl-C; with --out DIR written as a static folder')
    .option('--compare <files...>', 'two result files (--json FILE): exit code 1 where one became slower or wrong')
    .option('--threshold <share>', 'a smaller change of the median is none', realNumber({ above: 0 }), 0.05)
    .option('--as <role>', 'what your kernel computes: matmul, conv2d, conv2d:grad_input, conv2d:grad_weight, softmax')
    .option('--timeout <seconds>', 'stop your kernel where it compiles and first runs for longer than that', realNumber({ above: 0 }), 60)
    .option('--robustness <on|off>', "Dawn's clamping of array indices", onOff, true)
    .option('--set <key=value>', "adapter = a part of the adapter's name", keyValue)
    .addOption(new Option('--apart').hideHelp());
}

function axis(text: string, before: Readonly<Record<string, readonly number[]>> = {}): Readonly<Record<string, readonly number[]>> {
  const [, name, values] = /^(\w+)=(\d+(?:,\d+)*)$/.exec(text) ?? [];
  if (name === undefined || values === undefined) throw new InvalidArgumentError('Expected NAME=VALUE,VALUE with whole numbers.');
  return { ...before, [name]: values.split(',').map(Number) };
}
