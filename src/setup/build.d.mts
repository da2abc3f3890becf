export function buildStep(root: string): Promise<string>;
