import type { Source } from './apt-sources.mjs';
export function aptSources(folder?: string): Source[];
export function osRelease(): Record<string, string>;
