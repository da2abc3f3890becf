// Work that may take long and need not be done at once: it is done again only after it has rested for so many times its own length. So a page of ten
// thousand trials stays quick to the touch however fast its study grows, and one of a hundred is as fresh as the screen.

export class Sparing {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private due = 0;

  /** `rest`: times its own length. The work says by `spent` how long it took, once it knows. */
  constructor(private readonly rest: number, private readonly work: () => void) {}

  ask(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.work();
    }, Math.max(0, this.due - performance.now()));
  }

  spent(milliseconds: number): void {
    this.due = performance.now() + this.rest * milliseconds;
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
