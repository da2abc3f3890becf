// A worker's line to the coordinators: what it asks goes into the study's stream, answers come back in a stream of its own. A question is
// asked again when it has vanished from the stream without an answer (read by a coordinator that died, or lost with Redis); one that
// still lies there waits for a coordinator to come back.
import type { Redis } from 'ioredis';
import { messageOf, type Log } from '../core/index.js';
import { keys, parseDown, type Answer, type DownMessage, type Saying, type Sender } from './protocol.js';

export interface UplinkOptions {
  readonly worker: string;
  /** Between looks at an unanswered question. */
  readonly lookMs?: number;
  /** After so long without an answer a task is given up: there is no coordinator any more. */
  readonly patienceMs?: number;
  readonly log: Log;
}

const LOOK_MS = 3000;
const PATIENCE_MS = 10 * 60_000;
const BLOCK_MS = 5000;
/** A stream that no coordinator reads any more goes with its study. */
const UP_EXPIRES_S = 7 * 24 * 3600;
/** Answers that nobody fetches go with the worker. */
export const DOWN_LENGTH = 1000;

export class Uplink {
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private asked = 0;
  private closed = false;

  /** `reading` blocks, so it is this link's own; `writing` may be shared. */
  constructor(
    private readonly writing: Redis,
    private readonly reading: Redis,
    private readonly options: UplinkOptions,
    private readonly onOther: (message: Exclude<DownMessage, { type: 'answer' }>) => void,
  ) {}

  /** Reads answers until `close`. */
  async listen(): Promise<void> {
    for (let last = '0'; !this.closed; ) {
      const read = await this.reading.xread('COUNT', 100, 'BLOCK', BLOCK_MS, 'STREAMS', keys.down(this.options.worker), last).catch(() => null);
      for (const [id, fields] of read?.[0]?.[1] ?? []) {
        last = id;
        this.hear(fields[1] ?? '');
      }
    }
  }

  /** `over` where `stopped` aborts first; `stale` too where nobody answers for too long, or this link is closed. */
  async ask(study: string, sender: Sender, saying: Saying, stopped?: AbortSignal): Promise<Answer> {
    const id = `${this.options.worker}-${++this.asked}`;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    const over = (): void => this.waiting.get(id)?.({ word: 'over' });
    stopped?.addEventListener('abort', over, { once: true });
    if (stopped?.aborted === true) over();
    try {
      return await Promise.race([answered, this.insist(study, id, JSON.stringify({ ...saying, ...sender, id }))]);
    } finally {
      stopped?.removeEventListener('abort', over);
      this.waiting.delete(id);
    }
  }

  close(): void {
    this.closed = true;
    for (const resolve of this.waiting.values()) resolve({ word: 'stale', message: 'the worker ends' });
  }

  private async insist(study: string, id: string, text: string): Promise<Answer> {
    const { lookMs = LOOK_MS, patienceMs = PATIENCE_MS } = this.options;
    const giveUp = Date.now() + patienceMs;
    for (let entry: string | null = null; Date.now() < giveUp && this.waiting.has(id); ) {
      if (entry === null || !(await this.lies(study, entry))) entry = await this.put(study, text);
      await new Promise((resolve) => setTimeout(resolve, lookMs).unref());
    }
    return { word: 'stale', message: `no coordinator answered for ${Math.round(patienceMs / 1000)} s` };
  }

  private async lies(study: string, entry: string): Promise<boolean> {
    return (await this.writing.xrange(keys.up(study), entry, entry)).length > 0;
  }

  private async put(study: string, text: string): Promise<string | null> {
    const done = await this.writing.multi().xadd(keys.up(study), '*', 'm', text).expire(keys.up(study), UP_EXPIRES_S).exec();
    return (done?.[0]?.[1] as string | undefined) ?? null;
  }

  private hear(text: string): void {
    try {
      const message = parseDown(text);
      if (message.type === 'answer') this.waiting.get(message.id)?.(message.answer);
      else this.onOther(message);
    } catch (error) {
      this.options.log.warn(`an answer was not understood: ${messageOf(error)}`);
    }
  }
}
