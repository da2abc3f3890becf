// Stable identities of plain data: the same value hashes alike on every machine, whatever the order of its keys.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys and no white space; undefined members vanish, non-finite numbers become null as in JSON. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** The numbers of a list that a record holds; none where it holds no list. */
export function numbersIn(json: Json | undefined): number[] {
  return Array.isArray(json) ? json.filter((n) => typeof n === 'number') : [];
}

/** SHA-256 of bytes as 64 hexadecimal digits. */
export function hashBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** SHA-256 of a value's canonical JSON; use it as the value's identity. */
export function hashOf(value: unknown): string {
  return hashBytes(utf8ToBytes(canonicalJson(value)));
}

/** Whether both have the same identity, without working it out where they are alike member by member. */
export function isSameData(a: unknown, b: unknown): boolean {
  return isAlike(a, b) || canonicalJson(a) === canonicalJson(b);
}

function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((member, i) => isAlike(member, b[i]));
  const names = Object.keys(a);
  return !Array.isArray(b) && names.length === Object.keys(b).length && names.every((name) => name in b && isAlike((a as { [name: string]: unknown })[name], (b as { [name: string]: unknown })[name]));
}
