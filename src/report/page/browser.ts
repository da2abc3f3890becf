// The few members of a browser's page, of Plot and of d3 that the page's scripts use. The project compiles without the DOM's
// types, so that no room takes a browser's global for granted.

export interface PageElement {
  readonly clientWidth: number;
  readonly dataset: { [name: string]: string | undefined };
  textContent: string | null;
  readonly children: ArrayLike<PageElement>;
  replaceChildren(...nodes: unknown[]): void;
  append(...nodes: unknown[]): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: () => void): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & ArrayLike<PageElement>;
}

export interface PageDocument {
  getElementById(id: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & ArrayLike<PageElement>;
}

export interface PageWindow {
  readonly Plot: Plot;
  readonly ResizeObserver: new (callback: () => void) => { observe(element: PageElement): void };
  requestAnimationFrame(callback: () => void): number;
}

export type Mark = object;
type MarkOf = (data: readonly unknown[], options?: object) => Mark;

/** @observablehq/plot, as its UMD file puts it on the window. */
export interface Plot {
  plot(options: object): unknown;
  readonly line: MarkOf;
  readonly dot: MarkOf;
  readonly link: MarkOf;
  readonly barX: MarkOf;
  readonly rect: MarkOf;
  readonly ruleX: MarkOf;
  readonly text: MarkOf;
  readonly tip: MarkOf;
  pointer(options: object): object;
  pointerX(options: object): object;
}
