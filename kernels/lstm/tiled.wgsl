// lstm, tiled: one time step, formulas and layouts as in plain.wgsl; no subgroups. A workgroup of 64 threads takes UNITS = 16
// units by 4*ROWS sequences, through slabs of 16 of the inner extent in workgroup memory; a thread one unit by ROWS sequences,
// 4*ROWS sums in forward (a vec4 of gates each) and ROWS in grad_input (a dot of a unit's four gates each).
// Loads of r are coalesced: 16 neighbouring k (forward) or j (grad_input) a row, 64 bytes.
// A step moves r once from cache or memory, 16 H^2 bytes, for 8 B H^2 flops: B/2 flops a byte, 10 at B = 20. A wide card
// (H100: 67 TFLOP/s over 3.35 TB/s = 20 flops a byte) is bound by reading r below B = 40; at H = 200 r is 640 KB, stays in L2,
// and latency is the bound. Within a thread an inner index is 4*ROWS FMAs for a vec4 and ROWS scalars of workgroup memory.
// Workgroup memory: 4,352 bytes of r, and forward 256*ROWS of h, grad_input 1,024*ROWS of da; with da of ROWS 2 that is 6,400
// bytes, and a multiprocessor with 228 KB holds its 32 workgroups or 64 warps; some 32 registers a thread allow that.
// B = 20, H = 200 makes 65 workgroups at ROWS 1 and 26 at 4: fewer sequences than fill the card want ROWS 1.

struct Params { T: u32, B: u32, H: u32, t: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> r: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> gates: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> h: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<storage, read_write> dc: array<f32>;

// Sequences a thread.
const ROWS: u32 = 1u; // @spec
const UNITS: u32 = 16u;
const SLAB: u32 = 16u;
const THREADS: u32 = 64u;
const SEQUENCES: u32 = THREADS / UNITS * ROWS;
// One vec4 more a row than units: neighbouring k fall into different banks.
const PITCH: u32 = UNITS + 1u;

// [inner, unit]: the four gates' weights.
var<workgroup> weights: array<vec4f, SLAB * PITCH>;
// [sequence, inner]
var<workgroup> states: array<f32, SEQUENCES * SLAB>;
var<workgroup> gradients: array<vec4f, SEQUENCES * SLAB>;

// exp stays finite. A training that diverged shows: by bits, for a compiler may assume finite values and a driver's exp lose a NaN.
fn sigmoid(a: vec4f) -> vec4f {
  let broken = (bitcast<vec4u>(a) & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
  return select(1.0 / (1.0 + exp(-max(a, vec4f(-80.0)))), a, broken);
}

fn activate(a: vec4f) -> vec4f {
  let s = sigmoid(vec4f(a.xy, 2.0 * a.z, a.w));
  return vec4f(s.xy, 2.0 * s.z - 1.0, s.w);
}

fn squash(a: f32) -> f32 {
  return 2.0 * sigmoid(vec4f(2.0 * a)).x - 1.0;
}

fn slopes(gate: vec4f) -> vec4f {
  return vec4f(gate.xy * (1.0 - gate.xy), 1.0 - gate.z * gate.z, gate.w * (1.0 - gate.w));
}

/// The weights of unit j and inner index k whose matrix row 0 is `row`; zeros outside.
fn weight(row: u32, column: u32, inside: bool) -> vec4f {
  if (!inside) { return vec4f(); }
  let at = row * params.H + column;
  return vec4f(r[at], r[at + params.H], r[at + 2u * params.H], r[at + 3u * params.H]);
}

@compute @workgroup_size(THREADS)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * SEQUENCES;
  let size = params.B * params.H;
  var sums: array<vec4f, ROWS>;
  for (var slab = 0u; slab < params.H; slab += SLAB) {
    for (var i = lane; i < SLAB * UNITS; i += THREADS) {
      let j = group.x * UNITS + i / SLAB;
      let k = slab + i % SLAB;
      weights[i % SLAB * PITCH + i / SLAB] = weight(4u * j, k, j < params.H && k < params.H);
    }
    for (var i = lane; i < SEQUENCES * SLAB; i += THREADS) {
      let b = first + i / SLAB;
      let k = slab + i % SLAB;
      states[i] = 0.0;
      if (b < params.B && k < params.H) { states[i] = h[params.t * size + b * params.H + k]; }
    }
    workgroupBarrier();
    for (var k = 0u; k < SLAB; k++) {
      let w = weights[k * PITCH + lane % UNITS];
      for (var row = 0u; row < ROWS; row++) { sums[row] += states[(lane / UNITS * ROWS + row) * SLAB + k] * w; }
    }
    workgroupBarrier();
  }
  let j = group.x * UNITS + lane % UNITS;
  if (j >= params.H) { return; }
  for (var row = 0u; row < ROWS; row++) {
    let b = first + lane / UNITS * ROWS + row;
    if (b < params.B) { store(params.t * size + b * params.H + j, size, sums[row]); }
  }
}

fn store(at: u32, size: u32, sum: vec4f) {
  let gate = activate(gates[at] + sum);
  let cell = gate.y * c[at] + gate.x * gate.z;
  let out = gate.w * squash(cell);
  gates[at] = gate;
  c[at + size] = cell;
  h[at + size] = out;
  y[at] = out;
}

@compute @workgroup_size(THREADS)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * SEQUENCES;
  let size = params.B * params.H;
  let carries = params.t + 1u < params.T;
  var sums: array<f32, ROWS>;
  // The last step has no step after it.
  for (var slab = 0u; slab < select(0u, params.H, carries); slab += SLAB) {
    for (var i = lane; i < SLAB * UNITS; i += THREADS) {
      let k = slab + i / UNITS;
      let j = group.x * UNITS + i % UNITS;
      weights[i / UNITS * PITCH + i % UNITS] = weight(4u * k, j, j < params.H && k < params.H);
    }
    for (var i = lane; i < SEQUENCES * SLAB; i += THREADS) {
      let b = first + i / SLAB;
      let k = slab + i % SLAB;
      gradients[i] = vec4f();
      if (b < params.B && k < params.H) { gradients[i] = gates[(params.t + 1u) * size + b * params.H + k]; }
    }
    workgroupBarrier();
    for (var k = 0u; k < SLAB; k++) {
      let w = weights[k * PITCH + lane % UNITS];
      for (var row = 0u; row < ROWS; row++) { sums[row] += dot(gradients[(lane / UNITS * ROWS + row) * SLAB + k], w); }
    }
    workgroupBarrier();
  }
  let j = group.x * UNITS + lane % UNITS;
  if (j >= params.H) { return; }
  for (var row = 0u; row < ROWS; row++) {
    let b = first + lane / UNITS * ROWS + row;
    if (b < params.B) { store_gradient(b * params.H + j, size, sums[row], carries); }
  }
}

fn store_gradient(i: u32, size: u32, sum: f32, carries: bool) {
  let at = params.t * size + i;
  let dh = dy[at] + sum;
  let gate = gates[at];
  let squashed = squash(c[at + size]);
  var d = dh * gate.w * (1.0 - squashed * squashed);
  if (carries) { d += dc[i]; }
  gates[at] = vec4f(d * gate.z, d * c[at], d * gate.x, dh * squashed) * slopes(gate);
  dc[i] = d * gate.y;
}
