export type Source = Record<string, string>;
export function parseSources(name: string, text: string): Source[];
export function backportsSource(sources: readonly Source[], codename: string): { suite: string; source: string | null } | null;
