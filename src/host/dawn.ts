// Opens Dawn's GPU object in Node. Loads the binding only when called. Choosing among several adapters and installing a
// driver is the rest of host's work.
import { DeviceLostError, messageOf } from '../core/index.js';
import type * as Webgpu from 'webgpu';
import { relievePolling } from './polling.js';

export interface GpuOptions {
  /** A part of an adapter's name as Dawn lists them, or `lavapipe`, `swiftshader`; default: what Dawn prefers. */
  readonly adapter?: string;
  /** vulkan, metal, d3d12, null...; default: the platform's. */
  readonly backend?: string;
  /** Dawn toggles to switch on or off. */
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
}

/** Names under which people know adapters whose own names differ. */
const ALIASES: Readonly<Record<string, string>> = { lavapipe: 'llvmpipe', swiftshader: 'SwiftShader' };

type Binding = Pick<typeof Webgpu, 'create'>;

/** What Dawn runs on where nothing else is asked for. */
export const PLATFORM_BACKEND = process.platform === 'darwin' ? 'metal' : process.platform === 'win32' ? 'd3d12' : 'vulkan';

/** Devices point at their GPU object's instance without holding it: collected, it takes them down with it (crash or hang). */
const kept: GPU[] = [];

export async function openGpu({ adapter, backend, enable = [], disable = [] }: GpuOptions = {}): Promise<GPU> {
  relievePolling();
  const flags: string[] = [];
  if (adapter !== undefined) flags.push(`adapter=${ALIASES[adapter.toLowerCase()] ?? adapter}`);
  if (backend !== undefined) flags.push(`backend=${backend}`);
  if (enable.length > 0) flags.push(`enable-dawn-features=${enable.join(',')}`);
  if (disable.length > 0) flags.push(`disable-dawn-features=${disable.join(',')}`);
  const { create } = await loadBinding();
  const gpu = create(flags);
  kept.push(gpu);
  return gpu;
}

async function loadBinding(): Promise<Binding> {
  try {
    return await import('webgpu');
  } catch (cause) {
    throw new DeviceLostError(`expected Dawn's binding for ${process.platform}-${process.arch}, it does not load: ${messageOf(cause)}; run npm ci again`);
  }
}
