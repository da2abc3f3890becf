// What a page of figures is made of, as plain data.

export interface LineChart {
  readonly x: { readonly label: string; readonly log?: boolean };
  readonly y: { readonly label: string; readonly domain?: readonly [number, number] };
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Points without a line between them. */
  readonly dots?: boolean;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    /** Ends of the interval around y. */
    readonly low?: number;
    readonly high?: number;
    readonly label?: string;
    /** What the pointer shows; default: x and y. */
    readonly tip?: string;
  }[];
}

export interface FigureTable {
  readonly columns: readonly { readonly title: string; readonly number?: boolean }[];
  /** A number is shown as the text beside it, and sorted by its value. */
  readonly rows: readonly (readonly (string | { readonly text: string; readonly value: number })[])[];
}

export interface Section {
  readonly heading: string;
  readonly words?: readonly string[];
  readonly chart?: LineChart;
  readonly table?: FigureTable;
}

export interface FiguresPage {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Section[];
}
