// conv2d forward on subgroup matrices (Dawn's chromium-experimental-subgroup-matrix; tensor cores): f16 operands, f32 results. As
// tiled.wgsl a matrix product of filters k by outputs (n,p,q) over d = (c,r,s), gathered on the fly; a group of the channels lies
// along z. Four subgroups, 2 x 2, of 32 x 32 outputs each: SPAN x SPAN a workgroup, DEPTH of d at a time through workgroup memory.
//   arithmetic intensity  16 FLOP a byte of global reads, before reuse by the cache (a 3x3 filter reads each input 9 times)
//   bytes moved           4*K*(n p q)*d*2/64 + 4*K*(n p q)
//   occupancy             8 KiB of operands and at most 4 KiB of results: five workgroups of 128 threads where a core has 64 KiB
// Each gathered element costs four integer divisions, hidden behind the matrix units or not: measure before trusting it.
// Error and range as in matmul/matrix.wgsl: |error| <= 2 u (1 + u/2) sum|x w| + what f16 flushes + the f32 sum's bound, u = 2^-11.
enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;

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
// Lanes of a subgroup; rows, columns and depth of one matrix product.
const LANES: u32 = 32u; // @spec
const ROWS: u32 = 16u; // @spec
const COLUMNS: u32 = 16u; // @spec
const INNER: u32 = 16u; // @spec
const DEPTH: u32 = 32u;
const BLOCK: u32 = 32u;
const SPAN: u32 = 2u * BLOCK;
const THREADS: u32 = 4u * LANES;
const DOWN: u32 = BLOCK / ROWS;
const ACROSS: u32 = BLOCK / COLUMNS;

alias Left = subgroup_matrix_left<f16, INNER, ROWS>;
alias Right = subgroup_matrix_right<f16, COLUMNS, INNER>;
alias Result = subgroup_matrix_result<f32, COLUMNS, ROWS>;

var<workgroup> tile_a: array<f16, SPAN * DEPTH>;
var<workgroup> tile_b: array<f16, DEPTH * SPAN>;
var<workgroup> results: array<f32, 4u * ROWS * COLUMNS>;

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

fn load(thread: u32, group: vec3u, d0: u32) {
  for (var e = thread; e < SPAN * DEPTH; e += THREADS) {
    tile_a[e] = f16(filter_at(group.z, group.y * SPAN + e / DEPTH, d0 + e % DEPTH));
  }
  for (var e = thread; e < SPAN * DEPTH; e += THREADS) {
    let o = split(group.x * SPAN + e % SPAN, params.P, params.Q);
    tile_b[e] = f16(input(group.z, o, split(d0 + e / SPAN, params.R, params.S)));
  }
}

@compute @workgroup_size(THREADS)
fn forward(
  @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32,
) {
  let row = subgroup / 2u * BLOCK;
  let column = subgroup % 2u * BLOCK;
  var sums: array<Result, DOWN * ACROSS>;
  for (var d0 = 0u; d0 < params.depth; d0 += DEPTH) {
    load(thread, group, d0);
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k += INNER) {
      var rights: array<Right, ACROSS>;
      for (var j = 0u; j < ACROSS; j++) { rights[j] = subgroupMatrixLoad<Right, row_major>(&tile_b, k * SPAN + column + j * COLUMNS, SPAN); }
      for (var i = 0u; i < DOWN; i++) {
        let left = subgroupMatrixLoad<Left, row_major>(&tile_a, (row + i * ROWS) * DEPTH + k, DEPTH);
        for (var j = 0u; j < ACROSS; j++) { sums[i * ACROSS + j] = subgroupMatrixMultiplyAccumulate(left, rights[j], sums[i * ACROSS + j]); }
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < DOWN * ACROSS; i++) {
    subgroupMatrixStore<row_major>(&results, subgroup * ROWS * COLUMNS, sums[i], COLUMNS);
    workgroupBarrier();
    let k = group.y * SPAN + row + i / ACROSS * ROWS;
    let output = group.x * SPAN + column + i % ACROSS * COLUMNS;
    for (var e = lane; e < ROWS * COLUMNS; e += LANES) { store(results[subgroup * ROWS * COLUMNS + e], group.z, k + e / COLUMNS, split(output + e % COLUMNS, params.P, params.Q)); }
    workgroupBarrier();
  }
}
