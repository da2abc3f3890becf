// matmul on subgroup matrices (Dawn's chromium-experimental-subgroup-matrix; tensor cores): f16 operands, f32 results.
// Four subgroups, 2 x 2, of 32 x 32 outputs each: SPAN x SPAN a workgroup, DEPTH of k at a time through workgroup memory, since
// matrices load from arrays of their own type alone. The sizes that the adapter offers are @spec lines.
//   arithmetic intensity  2*64*64*32 FLOP over 2*64*32*4 bytes of global reads = 16 FLOP a byte
//   bytes moved           4*M*N*K*2/64 + 4*M*N
//   occupancy             8 KiB of operands and at most 4 KiB of results: five workgroups of 128 threads where a core has 64 KiB
// Error, u = 2^-11: operands are rounded once, products of two f16 are exact in f32: |error| <= 2 u (1 + u/2) sum|a b|
//   + 2^-14 sum(|a| + |b|) (what f16 may flush to zero) + the f32 sum's bound. An operand beyond 65,504 becomes infinite.
enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;

struct Params {
  M: u32, N: u32, K: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;
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

fn load(thread: u32, m0: u32, n0: u32, k0: u32) {
  for (var e = thread; e < SPAN * DEPTH; e += THREADS) {
    var m = e / DEPTH;
    var k = e % DEPTH;
    if (TRANSPOSE_A) { m = e % SPAN; k = e / SPAN; }
    let inside = m0 + m < params.M && k0 + k < params.K;
    var at = (m0 + m) * params.K + k0 + k;
    if (TRANSPOSE_A) { at = (k0 + k) * params.M + m0 + m; }
    tile_a[m * DEPTH + k] = f16(select(0.0, a[select(0u, at, inside)], inside));
  }
  for (var e = thread; e < SPAN * DEPTH; e += THREADS) {
    var n = e % SPAN;
    var k = e / SPAN;
    if (TRANSPOSE_B) { n = e / DEPTH; k = e % DEPTH; }
    let inside = n0 + n < params.N && k0 + k < params.K;
    var at = (k0 + k) * params.N + n0 + n;
    if (TRANSPOSE_B) { at = (n0 + n) * params.K + k0 + k; }
    tile_b[k * SPAN + n] = f16(select(0.0, b[select(0u, at, inside)], inside));
  }
}

fn store(value: f32, m: u32, n: u32) {
  if (m >= params.M || n >= params.N) { return; }
  var result = value;
  if (BIAS) { result += bias[n]; }
  if (RELU) { result = select(result, 0.0, result <= 0.0); }
  c[m * params.N + n] = result;
}

@compute @workgroup_size(THREADS)
fn forward(
  @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32,
) {
  let m0 = group.y * SPAN;
  let n0 = group.x * SPAN;
  let row = subgroup / 2u * BLOCK;
  let column = subgroup % 2u * BLOCK;
  var sums: array<Result, DOWN * ACROSS>;
  for (var k0 = 0u; k0 < params.K; k0 += DEPTH) {
    load(thread, m0, n0, k0);
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
    let m = m0 + row + i / ACROSS * ROWS;
    let n = n0 + column + i % ACROSS * COLUMNS;
    for (var e = lane; e < ROWS * COLUMNS; e += LANES) { store(results[subgroup * ROWS * COLUMNS + e], m + e / COLUMNS, n + e % COLUMNS); }
    workgroupBarrier();
  }
}
