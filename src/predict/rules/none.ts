// The rule that stops nothing: what every other rule's speed-up and regret are measured against.
import type { StoppingRule } from '../../core/index.js';

export class NoRule implements StoppingRule {
  readonly settings = { name: 'none' };

  tell(): void {
    // Folds nothing: its verdicts do not depend on events.
  }

  judge(): ReturnType<StoppingRule['judge']> {
    return Promise.resolve({ verdict: { action: 'continue' } });
  }

  review(): ReturnType<StoppingRule['review']> {
    return Promise.resolve({ thaw: [] });
  }
}
