// matmul, f16: as tiled.wgsl with operands and products in f16, sums in f32, for GPUs whose f16 rate is above their f32 rate.
// 16 x 16 threads, TILE rows by 4 columns each, in vec4<f16>; CHAIN products are added in f16 before they go to the f32 sum.
// With TILE 8, DEPTH 16 (128 x 64 outputs a workgroup):
//   arithmetic intensity  2*128*64*16 FLOP over (128+64)*16*4 bytes of global reads = 21 FLOP a byte; 8 rows and 4 columns are 24
//                         bytes of workgroup memory for 32 FMAs: 2.7 FLOP a byte, twice the f32 tile's
//   bytes moved           4*M*N*K*(1/(16*TILE) + 1/64) + 4*M*N
//   occupancy             6 KiB of workgroup memory and 256 threads; 32 sums, 16 registers of chains, 6 of operands a thread
// Error, u = 2^-11: each operand is rounded once, each product once, and each of them passes CHAIN sums in f16; so
//   |error| <= (3 + CHAIN) u sum|a b| + 2^-14 sum(|a| + |b| + 1 + CHAIN) (what f16 may flush to zero) + the f32 sum's bound.
// An operand or a chain beyond 65,504 becomes infinite: networks whose activations may do so do not allow reduced precision.
enable f16;

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
const TILE: u32 = 8u; // @spec
const DEPTH: u32 = 16u; // @spec
const CHAIN: u32 = 4u; // @spec
const SIDE: u32 = 16u;
const THREADS: u32 = SIDE * SIDE;
const QUADS: u32 = SIDE * TILE / 4u;

/// Quads of rows, and of columns, at one k after the other.
var<workgroup> tile_a: array<vec4<f16>, DEPTH * QUADS>;
var<workgroup> tile_b: array<vec4<f16>, DEPTH * SIDE>;
var<private> sums: array<vec4f, TILE>;

fn left(m: u32, k: u32) -> f32 {
  let inside = m < params.M && k < params.K;
  var at = m * params.K + k;
  if (TRANSPOSE_A) { at = k * params.M + m; }
  return select(0.0, a[select(0u, at, inside)], inside);
}

fn right(k: u32, n: u32) -> f32 {
  let inside = n < params.N && k < params.K;
  var at = k * params.N + n;
  if (TRANSPOSE_B) { at = n * params.K + k; }
  return select(0.0, b[select(0u, at, inside)], inside);
}

/// Element e of a tile of `quads` as (quad, k): neighbouring threads read neighbouring addresses.
fn place(e: u32, quads: u32, along_k: bool) -> vec2u {
  if (along_k) { return vec2u(e / DEPTH, e % DEPTH); }
  return vec2u(e % quads, e / quads);
}

fn load(thread: u32, m0: u32, n0: u32, k0: u32) {
  for (var e = thread; e < QUADS * DEPTH; e += THREADS) {
    let at = place(e, QUADS, !TRANSPOSE_A);
    let m = m0 + 4u * at.x;
    let k = k0 + at.y;
    tile_a[at.y * QUADS + at.x] = vec4<f16>(vec4f(left(m, k), left(m + 1u, k), left(m + 2u, k), left(m + 3u, k)));
  }
  for (var e = thread; e < SIDE * DEPTH; e += THREADS) {
    let at = place(e, SIDE, TRANSPOSE_B);
    let n = n0 + 4u * at.x;
    let k = k0 + at.y;
    tile_b[at.y * SIDE + at.x] = vec4<f16>(vec4f(right(k, n), right(k, n + 1u), right(k, n + 2u), right(k, n + 3u)));
  }
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
  let m0 = group.y * SIDE * TILE;
  let n0 = group.x * SIDE * 4u;
  for (var k0 = 0u; k0 < params.K; k0 += DEPTH) {
    load(thread, m0, n0, k0);
    workgroupBarrier();
    multiply(local);
    workgroupBarrier();
  }
  for (var i = 0u; i < TILE; i++) {
    let m = m0 + 4u * (local.y + SIDE * (i / 4u)) + i % 4u;
    for (var j = 0u; j < 4u; j++) {
      let n = n0 + 4u * local.x + j;
      if (m >= params.M || n >= params.N) { continue; }
      var value = sums[i][j];
      if (BIAS) { value += bias[n]; }
      if (RELU) { value = select(value, 0.0, value <= 0.0); }
      c[m * params.N + n] = value;
    }
  }
}
