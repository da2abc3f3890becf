export function isAtLeast(version: string, oldest: string): boolean;
export function nodeStep(root: string, version?: string): string;
