// What workers say to one study, in the order in which it came. An entry lies in its stream until it was answered, so a coordinator that
// dies in between finds it again; the study answers a repeat alike.
import type { Redis } from 'ioredis';
import { messageOf, type Log } from '../core/index.js';
import { keys, parseUp, type UpMessage } from './protocol.js';

export interface Letter {
  readonly entry: string;
  /** Null = not understood. */
  readonly message: UpMessage | null;
}

const MOST = 500;

export class Inbox {
  /** `reading` blocks, so it is this inbox's own. */
  constructor(
    private readonly reading: Redis,
    private readonly study: string,
    private readonly log: Log,
  ) {}

  /** All that lies there; waits so long for the first, 0 = not at all. */
  async next(waitMs: number): Promise<Letter[]> {
    const stream = keys.up(this.study);
    const read = waitMs === 0 ? await this.reading.xread('COUNT', MOST, 'STREAMS', stream, '0') : await this.reading.xread('COUNT', MOST, 'BLOCK', waitMs, 'STREAMS', stream, '0');
    return (read?.[0]?.[1] ?? []).map(([entry, fields]) => ({ entry, message: this.read(fields[1] ?? '') }));
  }

  private read(text: string): UpMessage | null {
    try {
      return parseUp(text);
    } catch (error) {
      this.log.warn(messageOf(error));
      return null;
    }
  }
}
