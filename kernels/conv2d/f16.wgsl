// conv2d forward, f16: as tiled.wgsl a matrix product of filters k by outputs (n,p,q) over d = (c,r,s), gathered on the fly, with
// operands and products in f16 and sums in f32. A group of the channels lies along z.
// 16 x 16 threads, TILE filters by 4 outputs each; CHAIN products are added in f16 before they go to the f32 sum. With TILE 8,
// DEPTH 16 (128 filters x 64 outputs a workgroup): 21 FLOP a byte of global reads before reuse by the cache, 2.7 FLOP a byte of
// workgroup memory, bytes moved 4*K*(n p q)*d*(1/128 + 1/64) + 4*K*(n p q), 6 KiB of workgroup memory, 256 threads, about 54
// registers. A thread keeps its four outputs for all loads; four neighbours along a row mostly share a cache line.
// Error and range as in matmul/f16.wgsl: |error| <= (3 + CHAIN) 2^-11 sum|x w| + what f16 flushes + the f32 sum's bound.
enable f16;

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  K: u32, R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32, dilate_h: u32, dilate_w: u32,
  // Channels and filters of one group.
  group_c: u32, group_k: u32,
  depth: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override BIAS: bool = false;
override RELU: bool = false;
const TILE: u32 = 8u; // @spec
const DEPTH: u32 = 16u; // @spec
const CHAIN: u32 = 4u; // @spec
const SIDE: u32 = 16u;
const THREADS: u32 = SIDE * SIDE;
const QUADS: u32 = SIDE * TILE / 4u;

/// Quads of filters, and of outputs, at one d after the other.
var<workgroup> tile_a: array<vec4<f16>, DEPTH * QUADS>;
var<workgroup> tile_b: array<vec4<f16>, DEPTH * SIDE>;
var<private> sums: array<vec4f, TILE>;

/// i as (i / (b*c), i / c % b, i % c).
fn split(i: u32, b: u32, c: u32) -> vec3u {
  let ab = i / c;
  return vec3u(ab / b, ab % b, i % c);
}

/// The filter k of group g at place d = (c,r,s), or 0.
fn filter_at(g: u32, k: u32, d: u32) -> f32 {
  let inside = k < params.group_k && d < params.depth;
  return select(0.0, w[select(0u, (g * params.group_k + k) * params.depth + d, inside)], inside);
}

/// The input of group g under output `o` = (n,p,q) and tap `t` = (c,r,s), or 0.
fn input(g: u32, o: vec3u, t: vec3u) -> f32 {
  let h = i32(o.y * params.stride_h + t.y * params.dilate_h) - i32(params.pad_h);
  let column = i32(o.z * params.stride_w + t.z * params.dilate_w) - i32(params.pad_w);
  let inside = o.x < params.N && t.x < params.group_c && h >= 0 && h < i32(params.H) && column >= 0 && column < i32(params.W);
  let at = ((o.x * params.C + g * params.group_c + t.x) * params.H + u32(h)) * params.W + u32(column);
  return select(0.0, x[select(0u, at, inside)], inside);
}

fn store(value: f32, g: u32, k: u32, o: vec3u) {
  if (k >= params.group_k || o.x >= params.N) { return; }
  let filter_number = g * params.group_k + k;
  var result = value;
  if (BIAS) { result += bias[filter_number]; }
  if (RELU) { result = select(result, 0.0, result <= 0.0); }
  y[((o.x * params.K + filter_number) * params.P + o.y) * params.Q + o.z] = result;
}

fn multiply(local: vec3u) {
  for (var k0 = 0u; k0 < DEPTH; k0 += CHAIN) {
    var chain = array<vec4<f16>, TILE>();
    for (var k = k0; k < k0 + CHAIN; k++) {
      let columns = tile_b[k * SIDE + local.x];
      for (var q = 0u; q < TILE / 4u; q++) {
        let rows = tile_a[k * QUADS + local.y + SIDE * q];
        for (var i = 0u; i < 4u; i++) { chain[4u * q + i] = fma(vec4<f16>(rows[i]), columns, chain[4u * q + i]); }
      }
    }
    for (var i = 0u; i < TILE; i++) { sums[i] += vec4f(chain[i]); }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) thread: u32) {
  let k0 = group.y * SIDE * TILE;
  let first = group.x * SIDE * 4u;
  var outputs: array<vec3u, 4>;
  for (var j = 0u; j < 4u; j++) { outputs[j] = split(first + 4u * (thread % SIDE) + j, params.P, params.Q); }
  for (var d0 = 0u; d0 < params.depth; d0 += DEPTH) {
    for (var e = thread; e < QUADS * DEPTH; e += THREADS) {
      let k = k0 + 4u * (e / DEPTH);
      let d = d0 + e % DEPTH;
      tile_a[e % DEPTH * QUADS + e / DEPTH] = vec4<f16>(vec4f(filter_at(group.z, k, d), filter_at(group.z, k + 1u, d), filter_at(group.z, k + 2u, d), filter_at(group.z, k + 3u, d)));
    }
    for (var e = thread; e < SIDE * DEPTH; e += THREADS) {
      let t = split(d0 + e / SIDE, params.R, params.S);
      tile_b[e] = vec4<f16>(vec4f(input(group.z, outputs[0], t), input(group.z, outputs[1], t), input(group.z, outputs[2], t), input(group.z, outputs[3], t)));
    }
    workgroupBarrier();
    multiply(local);
    workgroupBarrier();
  }
  for (var j = 0u; j < 4u; j++) {
    let o = split(first + 4u * local.x + j, params.P, params.Q);
    for (var i = 0u; i < TILE; i++) { store(sums[i][j], group.z, k0 + 4u * (local.y + SIDE * (i / 4u)) + i % 4u, o); }
  }
}
