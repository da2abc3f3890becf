// Every error that foretell throws on purpose. A message says what was expected, what came, and the way out.
// Verdicts on trials are data, not errors: only broken things throw.

/** The one base: `catch (e) { if (e instanceof ForetellError) ... }` separates our refusals from bugs. */
export class ForetellError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** An architecture or a tensor whose extents do not fit. */
export class ShapeError extends ForetellError {}

/** WGSL that does not compile or a dispatch that the device refuses; the message keeps the kernel file's own line. */
export class KernelError extends ForetellError {}

/** The C++ addon is missing, does not load, or refuses its input. */
export class NativeError extends ForetellError {}

/** A data set or curve file that is missing, truncated or malformed. */
export class DataError extends ForetellError {}

/** A study file that cannot be read, written or locked, or that belongs to other settings. */
export class JournalError extends ForetellError {}

/** Checkpoint bytes that are missing or whose hash differs from the journal's. */
export class CheckpointError extends ForetellError {}

/** A study asked for something that its state does not allow (unknown trial, epoch out of order). */
export class StudyError extends ForetellError {}

/** A report from an attempt that has been handed to somebody else; its work is refused and never counted. */
export class StaleAttemptError extends StudyError {}

/** Options or settings that make no sense together: exit code 2 on the command line. */
export class UsageError extends ForetellError {}

/** The adapter vanished (driver reset, unplugged, out of memory). Work since the last checkpoint is lost, nothing else. */
export class DeviceLostError extends ForetellError {}

export type FailureKind = 'diverged' | 'memory' | 'invalid' | 'device';

/** One trial cannot go on (NaN loss, buffers beyond the limits, impossible shape); the search goes on without it. */
export class TrialError extends ForetellError {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
