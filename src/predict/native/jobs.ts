// A job of the addon as JavaScript sees it, tied to a signal and to a progress listener. It starts none.
import { NativeError } from '../../core/index.js';
import type { JobOptions } from './types.js';

export interface JobHandle<Result> {
  /** Null where it was cancelled. */
  readonly promise: Promise<Result | null>;
  cancel(): void;
  /** Share done, 0 .. 1. */
  progress(): number;
}

const progressEveryMs = 100;

/** Rejects with the signal's reason when cancelled. */
export async function watch<Result>(handle: JobHandle<Result>, { signal, onProgress }: JobOptions): Promise<Result> {
  const cancel = (): void => handle.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const timer = onProgress && setInterval(() => onProgress(handle.progress()), progressEveryMs);
  try {
    const result = await handle.promise;
    signal?.throwIfAborted();
    if (result === null) throw new NativeError('the fit was cancelled by nobody: expected a result');
    onProgress?.(1);
    return result;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
