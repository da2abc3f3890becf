// Study files from made-up events, and a reader of a server's streams.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Journal, StoredEvent, StudyEvent } from '../../src/core/index.js';
import { openJournal } from '../../src/study/index.js';
import type { Frame } from '../../src/dashboard/wire.js';

/** Without number and time, as they were appended. */
export function bare(events: readonly StoredEvent[]): StudyEvent[] {
  return events.map(({ seq: _seq, time: _time, ...event }) => event as StudyEvent);
}

export function append(journal: Journal, events: readonly StudyEvent[], together = 500): void {
  for (let i = 0; i < events.length; i += together) journal.append(events.slice(i, i + together));
}

export function writeStudy(file: string, events: readonly StoredEvent[]): void {
  const journal = openJournal(file, { durability: 'normal' });
  append(journal, bare(events));
  journal.close();
}

/** A folder with the least that a server takes for its page. */
export function barePage(folder: string): string {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>bare</title>');
  return folder;
}

export interface SentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** The events of a stream, in order; the stream is let go of at the test's end. */
export async function openStream(address: string, headers: Record<string, string> = {}): Promise<AsyncIterator<SentEvent>> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const response = await fetch(address, { signal: controller.signal, headers });
  if (response.body === null || !response.ok) throw new Error(`expected a stream, got ${response.status}`);
  return eventsOf(response.body);
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string): string => part.split('\n').filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2)).join('\n');
      if (field('data') !== '') yield { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
    }
  }
}

/** Frames up to the one that reaches `seq`. */
export async function framesTo(stream: AsyncIterator<SentEvent>, seq: number): Promise<{ readonly frames: Frame[]; readonly id: string }> {
  const frames: Frame[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error(`the stream ended before event ${seq}`);
    const { event, id, data } = value as SentEvent;
    if (event !== 'frame') continue;
    frames.push(data as Frame);
    if ((data as Frame).seq >= seq && !(data as Frame).more) return { frames, id };
  }
}
