export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}
export function lockfileDifference(wanted: Lockfile, installed: Lockfile | null): string | null;
export function packagesStep(root: string): Promise<string>;
