// Which kernels run where: what workers' tuners chose, noted in the journal as a local search notes its own, once an adapter class and class of
// shapes, and with the adapter, since choices are each adapter's own.
import type { StoredEvent } from '../core/index.js';
import type { StudyHandle } from '../study/index.js';
import type { Answer, KernelChoice, UpMessage } from './protocol.js';

const NOTE = 'tune';

export class KernelChoices {
  private readonly known = new Set<string>();

  constructor(
    private readonly study: StudyHandle,
    events: Iterable<StoredEvent>,
  ) {
    for (const event of events) if (event.type === 'note' && event.about === NOTE) this.known.add(nameOf(event.data as unknown as Noted));
  }

  async hear({ choice, adapterClass, adapter }: Extract<UpMessage, { type: 'tuned' }>): Promise<Answer> {
    const noted = { ...choice, adapterClass, adapter };
    const name = nameOf(noted);
    if (!this.known.has(name)) {
      this.known.add(name);
      await this.study.note(NOTE, noted);
    }
    return { word: 'go-on' };
  }
}

/** A local search's have no class, and are no worker's. */
type Noted = Pick<KernelChoice, 'family' | 'direction' | 'shapes'> & { readonly adapterClass?: string };

function nameOf({ adapterClass, family, direction, shapes }: Noted): string {
  return JSON.stringify([adapterClass, family, direction, shapes]);
}
