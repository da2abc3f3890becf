// Kernel sources as text: parameters, bindings and `@spec` lines that are read from them. No device.
import { describe, expect, it } from 'vitest';
import { KernelError } from '../../src/core/index.js';
import { KernelSources, Params } from '../../src/gpu/index.js';

const TEXT = `// a kernel
struct Params {
  M: u32, N: u32, // extents
  shift: i32,
  rate: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
const TILE: u32 = 4u; // @spec
const SHIFT: i32 = 0i; // @spec: rows
const FIXED: u32 = 4u;
@compute @workgroup_size(64)
fn forward() {}
@compute @workgroup_size(TILE) fn grad_input() {}
`;
const sources = new KernelSources({ 'a/b.wgsl': TEXT });

describe('kernel sources', () => {
  it('sets @spec lines and keeps every other line where it was', () => {
    const before = TEXT.split('\n');
    const after = sources.text('a/b.wgsl', { TILE: 16, SHIFT: -2 }).split('\n');
    expect(after[9]).toBe('const TILE: u32 = 16u; // @spec');
    expect(after[10]).toBe('const SHIFT: i32 = -2i; // @spec');
    expect(after.filter((_, i) => i !== 9 && i !== 10)).toEqual(before.filter((_, i) => i !== 9 && i !== 10));
  });

  it('refuses a spec that the file does not have, and one of a wrong type', () => {
    expect(() => sources.text('a/b.wgsl', { FIXED: 8 })).toThrow(/expected @spec names among TILE, SHIFT, got FIXED/);
    expect(() => sources.text('a/b.wgsl', { TILE: -1 })).toThrow(KernelError);
    expect(() => sources.text('a/b.wgsl', { TILE: 1.5 })).toThrow(KernelError);
  });

  it('names the files it has when asked for another', () => {
    expect(() => sources.text('a/c.wgsl')).toThrow(/expected one of a\/b\.wgsl/);
  });

  it('reads parameters, bindings and entries from the file', () => {
    expect(sources.params('a/b.wgsl')).toEqual([
      { name: 'M', type: 'u32' }, { name: 'N', type: 'u32' }, { name: 'shift', type: 'i32' }, { name: 'rate', type: 'f32' },
    ]);
    expect([...sources.bindings('a/b.wgsl')]).toEqual([['x', 1], ['y', 4]]);
    expect(sources.entries('a/b.wgsl')).toEqual(['forward', 'grad_input']);
  });
});

describe('params', () => {
  const layout = sources.params('a/b.wgsl');
  const values = { M: 3, N: 4_000_000_000, shift: -5, rate: 0.5 };

  it('packs each value with the type of the kernel file', () => {
    const bytes = new Uint8Array(24);
    new Params(layout, values, 'test').copyTo(bytes, 8);
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(8, true), view.getUint32(12, true), view.getInt32(16, true), view.getFloat32(20, true)]).toEqual([3, 4_000_000_000, -5, 0.5]);
  });

  it('counts changes', () => {
    const params = new Params(layout, values, 'test');
    const before = params.version;
    params.set({ rate: 0.25 });
    expect(params.version).toBe(before + 1);
  });

  it.each([
    ['a missing field', { M: 1, N: 1, shift: 0 }, /missing rate/],
    ['a field the kernel does not have', { ...values, K: 1 }, /got K/],
    ['a negative u32', { ...values, M: -1 }, /whole u32, got -1/],
    ['a fraction', { ...values, N: 1.5 }, /whole u32, got 1.5/],
    ['a u32 beyond 32 bits', { ...values, M: 2 ** 32 }, /whole u32/],
  ])('refuses %s', (_what, wrong, message) => {
    expect(() => new Params(layout, wrong as Record<string, number>, 'test')).toThrow(message);
  });
});
