// matmul, tiled: c[m,n] = epilogue(sum over k of a(m,k) * b(k,n)) through workgroup memory, for GPUs; no subgroups.
// 16 x 16 threads, a TILE x TILE register tile each: SPAN x SPAN outputs a workgroup, DEPTH of k at a time.
// With TILE 4, DEPTH 16:
//   arithmetic intensity  2*64*64*16 FLOP over 2*64*16*4 bytes of global reads = 16 FLOP a byte (TILE 8: 32, TILE 2: 8)
//   bytes moved           4*M*N*K*(1/SPAN + 1/SPAN) + 4*M*N
//   occupancy             8.1 KiB of workgroup memory, 256 threads of about 48 registers (16 sums, 5 operands, addresses)
// A wide card, 132 cores of 65,536 registers, 128 FMAs and 32 words of workgroup memory a clock, 60 TFLOP/s, 3.3 TB/s:
//   five workgroups a core by registers, 1,280 of 2,048 threads and 41 KiB; TILE 8 (about 110 registers): two, 512 threads
//   16 FLOP a byte ask 3.8 TB/s of the second-level cache at the peak, above the memory's 3.3 and below the cache's rate
//   workgroup memory: 8 reads for 16 FMAs are 2 FMAs a word, 64 a clock, so TILE 4 ends at half the peak; TILE 8 (16 reads for
//   64 FMAs) just feeds all 128. TILE 4 is the untuned default since it fills the card at 1,640^2 outputs, TILE 8 at 2,080^2
//   with fewer threads to hide loads; below 820^2, where 660 tiles of 32 x 32 are one wave, TILE 2 has more of them to share out.
// Neighbouring threads read neighbouring addresses whichever way an operand lies; A's rows are one word longer, so that the
// transposing store meets no bank twice. TILE 8 wants DEPTH 8 to stay within 16 KiB.

struct Params {
  M: u32, N: u32, K: u32,
  // Elements from one product's operands and bias to the next one's, a plane of the grid each; 0: shared.
  a_step: u32, b_step: u32, bias_step: u32,
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
const TILE: u32 = 4u; // @spec
const DEPTH: u32 = 16u; // @spec
const SIDE: u32 = 16u;
const THREADS: u32 = SIDE * SIDE;
const SPAN: u32 = SIDE * TILE;
const LOADS: u32 = SPAN * DEPTH / THREADS;

var<workgroup> tile_a: array<f32, DEPTH * (SPAN + 1u)>;
var<workgroup> tile_b: array<f32, DEPTH * (SPAN + 1u)>;
var<private> sums: array<f32, TILE * TILE>;

fn load_a(a0: u32, thread: u32, m0: u32, k0: u32) {
  for (var i = 0u; i < LOADS; i++) {
    let e = thread + i * THREADS;
    var m = e / DEPTH;
    var k = e % DEPTH;
    if (TRANSPOSE_A) { m = e % SPAN; k = e / SPAN; }
    let inside = m0 + m < params.M && k0 + k < params.K;
    var at = (m0 + m) * params.K + k0 + k;
    if (TRANSPOSE_A) { at = (k0 + k) * params.M + m0 + m; }
    tile_a[k * (SPAN + 1u) + m] = select(0.0, a[a0 + select(0u, at, inside)], inside);
  }
}

fn load_b(b0: u32, thread: u32, n0: u32, k0: u32) {
  for (var i = 0u; i < LOADS; i++) {
    let e = thread + i * THREADS;
    var n = e % SPAN;
    var k = e / SPAN;
    if (TRANSPOSE_B) { n = e / DEPTH; k = e % DEPTH; }
    let inside = n0 + n < params.N && k0 + k < params.K;
    var at = (k0 + k) * params.N + n0 + n;
    if (TRANSPOSE_B) { at = (n0 + n) * params.K + k0 + k; }
    tile_b[k * (SPAN + 1u) + n] = select(0.0, b[b0 + select(0u, at, inside)], inside);
  }
}

fn multiply(x: u32, y: u32) {
  for (var k = 0u; k < DEPTH; k++) {
    var column: array<f32, TILE>;
    for (var i = 0u; i < TILE; i++) { column[i] = tile_a[k * (SPAN + 1u) + y + SIDE * i]; }
    for (var j = 0u; j < TILE; j++) {
      let value = tile_b[k * (SPAN + 1u) + x + SIDE * j];
      for (var i = 0u; i < TILE; i++) { sums[i * TILE + j] = fma(column[i], value, sums[i * TILE + j]); }
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m0 = group.y * SPAN;
  let n0 = group.x * SPAN;
  for (var k0 = 0u; k0 < params.K; k0 += DEPTH) {
    load_a(group.z * params.a_step, thread, m0, k0);
    load_b(group.z * params.b_step, thread, n0, k0);
    workgroupBarrier();
    multiply(local.x, local.y);
    workgroupBarrier();
  }
  for (var i = 0u; i < TILE; i++) {
    let m = m0 + local.y + SIDE * i;
    for (var j = 0u; j < TILE; j++) {
      let n = n0 + local.x + SIDE * j;
      if (m >= params.M || n >= params.N) { continue; }
      var value = sums[i * TILE + j];
      if (BIAS) { value += bias[group.z * params.bias_step + n]; }
      if (RELU) { value = select(value, 0.0, value <= 0.0); }
      c[(group.z * params.M + m) * params.N + n] = value;
    }
  }
}
