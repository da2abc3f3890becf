import type { Source } from './apt-sources.mjs';
export interface Machine {
  readonly platform: string;
  /** The fields of /etc/os-release. */
  readonly release: Readonly<Record<string, string>>;
  readonly sources: readonly Source[];
  readonly canInstall: boolean;
}
export type Plan = { readonly install: string[]; readonly suite?: string; readonly source?: string };
export function driverPlan(machine: Machine): Plan | { readonly stop: string };
export function commandsOf(plan: Plan): string[];
export const SOURCE_FILE: string;
