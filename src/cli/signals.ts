// Ctrl-C and SIGTERM: the first asks for a clean stop, a second one kills. Work that ends by throwing the signal's reason was interrupted, not broken.
import { EXIT, Interrupted } from './exit.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export async function withSignals<T>(onFirst: () => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted || error !== controller.signal.reason) throw error;
    throw new Interrupted('interrupted; run the same command again to go on, or from the beginning where nothing is kept');
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
