// Which ends of a decision process have been tried, and which choices lead to nothing new any more. It grows by what was tried, never by the
// size of the space.
import { keyOf, type Decisions, type Path } from './decisions.js';

export class Explored {
  /** Paths, ended or not, behind which everything has been tried. */
  private readonly closed = new Set<string>();

  /** `known`: what counts as tried, too, and is not added to. */
  constructor(
    private readonly decisions: Decisions,
    private readonly known: Explored | null = null,
  ) {}

  has(path: Path): boolean {
    return this.closed.has(keyOf(path)) || this.known?.has(path) === true;
  }

  add(path: Path): void {
    this.closed.add(keyOf(path));
    for (let length = path.length - 1; length >= 0; length--) {
      const before = path.slice(0, length);
      if (this.open(before).length > 0) return;
      this.closed.add(keyOf(before));
    }
  }

  /** The choices that lead to something new. */
  open(path: Path): readonly string[] {
    return this.decisions.actions(path).filter((action) => !this.has([...path, action]));
  }
}
