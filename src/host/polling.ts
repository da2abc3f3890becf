// Relief from Dawn's polling in Node. The binding pumps its events from a setImmediate that queues itself again for as long
// as any promise is pending, so the JS thread burns a core while it waits; a software adapter computes on that very core.
// It looks setImmediate up on globalThis each time, so a wrapper there can slow it down. Nobody else's immediates change.

/** Pumps at full speed before backing off: a short wait (error scope, small map) ends within these. */
const SPIN_PUMPS = 20;

/** Milliseconds between pumps after that. Shorter than any training step; 1 is the timer's resolution. */
const PUMP_INTERVAL_MS = 1;

/** A pump that comes later than this after the last one belongs to a new wait and spins again. */
const NEW_WAIT_MS = 5;

let relieved = false;

/** Wraps globalThis.setImmediate once for the process. Call it before the first GPU call; a peer library may use it too. */
export function relievePolling(): void {
  if (relieved) return;
  relieved = true;
  const immediate = globalThis.setImmediate;
  let pumps = 0;
  let last = 0;
  const relievedImmediate = (callback: (...args: unknown[]) => void, ...args: unknown[]): unknown => {
    if (!isNativePump(callback, args)) return immediate(callback, ...args);
    const now = performance.now();
    pumps = now - last > NEW_WAIT_MS ? 0 : pumps + 1;
    last = now;
    return pumps < SPIN_PUMPS ? immediate(callback) : setTimeout(callback, PUMP_INTERVAL_MS);
  };
  globalThis.setImmediate = Object.assign(relievedImmediate, immediate) as unknown as typeof setImmediate;
}

/** The binding's callback is an anonymous native function without arguments; JavaScript's own callbacks are neither. */
function isNativePump(callback: unknown, args: readonly unknown[]): boolean {
  return typeof callback === 'function' && args.length === 0 && callback.name === '' && /\[native code\]/.test(Function.prototype.toString.call(callback));
}
