enable subgroups;
// lstm, subgroup: one time step, formulas and layouts as in plain.wgsl, r packed by pack.wgsl. A workgroup is a subgroup: LANES
// columns of weights by ROWS sequences. A lane holds a vec4 of sums a sequence:
//   forward      its unit's four gates; the inner extent is h, four k a turn
//   grad_input   four units' dh; the inner extent is da[t+1], four gates of a unit a turn
// A turn loads four vec4 of weights a lane and one vec4 a sequence, which lane b loads and all lanes get by broadcast: at 8
// lanes and 20 sequences 7 loads for 320 FMAs. On lavapipe a vec4 load costs 11 ns, an FMA 0.3.

struct Params { T: u32, B: u32, H: u32, t: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> packed: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> gates: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> h: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<storage, read_write> dc: array<f32>;

const LANES: u32 = 8u; // @spec
// 4, 8, 12, 16 or 20.
const ROWS: u32 = 20u; // @spec
const QUADS: u32 = (ROWS + LANES - 1u) / LANES;

var<private> sums: array<vec4f, ROWS>;
// A copy for the last loop, so that the hot one's sums have constant indices and stay in registers.
var<private> totals: array<vec4f, ROWS>;
// QUADS of them are in use; indices of sequences that ROWS leaves out must exist.
var<private> quads: array<vec4f, 5>;
var<private> w: mat4x4f;

// exp stays finite. A training that diverged shows: by bits, for a compiler may assume finite values and a driver's exp lose a NaN.
fn sigmoid(a: vec4f) -> vec4f {
  let broken = (bitcast<vec4u>(a) & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
  return select(1.0 / (1.0 + exp(-max(a, vec4f(-80.0)))), a, broken);
}

fn squash(a: f32) -> f32 {
  return 2.0 * sigmoid(vec4f(2.0 * a)).x - 1.0;
}

fn add(row: u32, q: vec4f) {
  sums[row] = fma(vec4f(q.w), w[3], fma(vec4f(q.z), w[2], fma(vec4f(q.y), w[1], fma(vec4f(q.x), w[0], sums[row]))));
}

fn add_rows() {
  add(0u, subgroupBroadcast(quads[0u / LANES], 0u % LANES));
  add(1u, subgroupBroadcast(quads[1u / LANES], 1u % LANES));
  add(2u, subgroupBroadcast(quads[2u / LANES], 2u % LANES));
  add(3u, subgroupBroadcast(quads[3u / LANES], 3u % LANES));
  if (ROWS < 8u) { return; }
  add(4u, subgroupBroadcast(quads[4u / LANES], 4u % LANES));
  add(5u, subgroupBroadcast(quads[5u / LANES], 5u % LANES));
  add(6u, subgroupBroadcast(quads[6u / LANES], 6u % LANES));
  add(7u, subgroupBroadcast(quads[7u / LANES], 7u % LANES));
  if (ROWS < 12u) { return; }
  add(8u, subgroupBroadcast(quads[8u / LANES], 8u % LANES));
  add(9u, subgroupBroadcast(quads[9u / LANES], 9u % LANES));
  add(10u, subgroupBroadcast(quads[10u / LANES], 10u % LANES));
  add(11u, subgroupBroadcast(quads[11u / LANES], 11u % LANES));
  if (ROWS < 16u) { return; }
  add(12u, subgroupBroadcast(quads[12u / LANES], 12u % LANES));
  add(13u, subgroupBroadcast(quads[13u / LANES], 13u % LANES));
  add(14u, subgroupBroadcast(quads[14u / LANES], 14u % LANES));
  add(15u, subgroupBroadcast(quads[15u / LANES], 15u % LANES));
  if (ROWS < 20u) { return; }
  add(16u, subgroupBroadcast(quads[16u / LANES], 16u % LANES));
  add(17u, subgroupBroadcast(quads[17u / LANES], 17u % LANES));
  add(18u, subgroupBroadcast(quads[18u / LANES], 18u % LANES));
  add(19u, subgroupBroadcast(quads[19u / LANES], 19u % LANES));
}

fn load_weights(at: u32) {
  w = mat4x4f(packed[at], packed[at + LANES], packed[at + 2u * LANES], packed[at + 3u * LANES]);
}

/// The sequence whose quads lane `lane` loads; past the last it repeats it, and its sums are not stored.
fn sequence(first: u32, i: u32, lane: u32) -> u32 {
  return min(first + i * LANES + lane, params.B - 1u);
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = group.y * ROWS;
  let size = params.B * params.H;
  var at = group.x * ((params.H + 3u) / 4u) * 4u * LANES + lane;
  for (var k = 0u; k < params.H; k += 4u) {
    load_weights(at);
    // Past the row's end the weights are zeros.
    let within = min(vec4u(k, k + 1u, k + 2u, k + 3u), vec4u(params.H - 1u));
    for (var i = 0u; i < QUADS; i++) {
      let p = params.t * size + sequence(first, i, lane) * params.H + within;
      quads[i] = vec4f(h[p.x], h[p.y], h[p.z], h[p.w]);
    }
    add_rows();
    at += 4u * LANES;
  }
  totals = sums;
  let j = group.x * LANES + lane;
  if (j >= params.H) { return; }
  for (var row = 0u; row < min(ROWS, params.B - first); row++) {
    store(params.t * size + (first + row) * params.H + j, size, totals[row]);
  }
}

fn store(at: u32, size: u32, sum: vec4f) {
  let a = gates[at] + sum;
  let s = sigmoid(vec4f(a.xy, 2.0 * a.z, a.w));
  let gate = vec4f(s.xy, 2.0 * s.z - 1.0, s.w);
  let cell = gate.y * c[at] + gate.x * gate.z;
  let out = gate.w * squash(cell);
  gates[at] = gate;
  c[at + size] = cell;
  h[at + size] = out;
  y[at] = out;
}

@compute @workgroup_size(LANES)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = group.y * ROWS;
  let size = params.B * params.H;
  let turns = select(0u, params.H, params.t + 1u < params.T); // the last step has none after it
  var at = group.x * 4u * params.H * LANES + lane;
  for (var k = 0u; k < turns; k++) {
    load_weights(at);
    for (var i = 0u; i < QUADS; i++) {
      quads[i] = gates[(params.t + 1u) * size + sequence(first, i, lane) * params.H + k];
    }
    add_rows();
    at += 4u * LANES;
  }
  totals = sums;
  let j = 4u * (group.x * LANES + lane);
  for (var row = 0u; row < min(ROWS, params.B - first); row++) {
    for (var i = 0u; i < 4u; i++) {
      if (j + i < params.H) { store_gradient((first + row) * params.H + j + i, size, totals[row][i], turns > 0u); }
    }
  }
}

fn store_gradient(i: u32, size: u32, sum: f32, carries: bool) {
  let at = params.t * size + i;
  let dh = dy[at] + sum;
  let gate = gates[at];
  let squashed = squash(c[at + size]);
  let d = dh * gate.w * (1.0 - squashed * squashed) + select(0.0, dc[i], carries);
  let slopes = vec4f(gate.xy * (1.0 - gate.xy), 1.0 - gate.z * gate.z, gate.w * (1.0 - gate.w));
  gates[at] = vec4f(d * gate.z, d * c[at], d * gate.x, dh * squashed) * slopes;
  dc[i] = d * gate.y;
}
