enable subgroups;
// conv2d, subgroup: forward, and grad_input as the same convolution over dy with the filters turned round (pack.wgsl).
// A lane holds four neighbouring outputs of one row, a subgroup LANES such quads, for 16 filters: 64 sums a lane.
//   y[n,k,p,q+j] = sum over c,r,s of image[n,c,p*stride_h+r*dilate_h,(q+j)*STRIDE+s] * filter[k,c,r,s],  j = 0..3
// A workgroup's filters are of one group. Columns between dilated taps are taps of weight zero.
// The images come padded (pack.wgsl), so no tap is ever outside and a row of taps is WINDOW aligned vec4 loads, whatever S.
// Filters are loaded once a subgroup, a lane a vec4 of 4 filters, and shared by broadcast: S*16 weights take S*4/LANES loads.
// Loads a row of S = 5 taps and 8 lanes: 2 + 3 for 320 FMAs. On lavapipe a vec4 load costs 11 ns, a broadcast 0.4, an FMA 0.3.

struct Params {
  // c and k of one group; blocks of 16 filters a group
  group_c: u32, group_k: u32, blocks: u32,
  C: u32, R: u32, K: u32, P: u32, Q: u32,
  quads_a_row: u32, quads: u32,
  // of the padded images, in vec4: a row, the rows from tap to tap, a plane
  pitch: u32, tap_pitch: u32, plane: u32,
  stride_h: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> images: array<vec4f>;
@group(0) @binding(2) var<storage, read> filters: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override BIAS: bool = false;
override RELU: bool = false;
const LANES: u32 = 8u; // @spec
const S: u32 = 5u; // @spec
const STRIDE: u32 = 1u; // @spec
const WINDOW: u32 = (3u * STRIDE + S + 3u) / 4u;
// Filters in fours: 4 fill the tile; 1 where a group has no more than four, such as the gradient of images with 1 or 3 channels.
const FOURS: u32 = 4u; // @spec
const WEIGHT_LOADS: u32 = (S * FOURS + LANES - 1u) / LANES;

var<private> sums: array<vec4f, 16>;
var<private> window: array<vec4f, 4>;
var<private> weights: array<vec4f, 7>;

/// Where the i-th four that is used lies among the packed ones.
fn packed(i: u32) -> u32 { return i / FOURS * 4u + i % FOURS; }

fn value(t: u32) -> f32 {
  return window[t / 4u][t % 4u];
}

/// The four outputs' inputs at tap s.
fn inputs(s: u32) -> vec4f {
  return vec4f(value(s), value(s + STRIDE), value(s + 2u * STRIDE), value(s + 3u * STRIDE));
}

/// Filters 4g .. 4g+3 of one tap. A broadcast for fours that are not computed is nobody's, and compilers drop it.
fn add(g: u32, w: vec4f, x: vec4f) {
  if (g >= FOURS) { return; }
  sums[4u * g] = fma(vec4f(w.x), x, sums[4u * g]);
  sums[4u * g + 1u] = fma(vec4f(w.y), x, sums[4u * g + 1u]);
  sums[4u * g + 2u] = fma(vec4f(w.z), x, sums[4u * g + 2u]);
  sums[4u * g + 3u] = fma(vec4f(w.w), x, sums[4u * g + 3u]);
}

fn row() {
  let x0 = inputs(0u);
  add(0u, subgroupBroadcast(weights[(0u * FOURS + 0u) / LANES], (0u * FOURS + 0u) % LANES), x0);
  add(1u, subgroupBroadcast(weights[(0u * FOURS + 1u) / LANES], (0u * FOURS + 1u) % LANES), x0);
  add(2u, subgroupBroadcast(weights[(0u * FOURS + 2u) / LANES], (0u * FOURS + 2u) % LANES), x0);
  add(3u, subgroupBroadcast(weights[(0u * FOURS + 3u) / LANES], (0u * FOURS + 3u) % LANES), x0);
  if (S < 3u) { return; }
  let x1 = inputs(1u);
  add(0u, subgroupBroadcast(weights[(1u * FOURS + 0u) / LANES], (1u * FOURS + 0u) % LANES), x1);
  add(1u, subgroupBroadcast(weights[(1u * FOURS + 1u) / LANES], (1u * FOURS + 1u) % LANES), x1);
  add(2u, subgroupBroadcast(weights[(1u * FOURS + 2u) / LANES], (1u * FOURS + 2u) % LANES), x1);
  add(3u, subgroupBroadcast(weights[(1u * FOURS + 3u) / LANES], (1u * FOURS + 3u) % LANES), x1);
  let x2 = inputs(2u);
  add(0u, subgroupBroadcast(weights[(2u * FOURS + 0u) / LANES], (2u * FOURS + 0u) % LANES), x2);
  add(1u, subgroupBroadcast(weights[(2u * FOURS + 1u) / LANES], (2u * FOURS + 1u) % LANES), x2);
  add(2u, subgroupBroadcast(weights[(2u * FOURS + 2u) / LANES], (2u * FOURS + 2u) % LANES), x2);
  add(3u, subgroupBroadcast(weights[(2u * FOURS + 3u) / LANES], (2u * FOURS + 3u) % LANES), x2);
  if (S < 5u) { return; }
  let x3 = inputs(3u);
  add(0u, subgroupBroadcast(weights[(3u * FOURS + 0u) / LANES], (3u * FOURS + 0u) % LANES), x3);
  add(1u, subgroupBroadcast(weights[(3u * FOURS + 1u) / LANES], (3u * FOURS + 1u) % LANES), x3);
  add(2u, subgroupBroadcast(weights[(3u * FOURS + 2u) / LANES], (3u * FOURS + 2u) % LANES), x3);
  add(3u, subgroupBroadcast(weights[(3u * FOURS + 3u) / LANES], (3u * FOURS + 3u) % LANES), x3);
  let x4 = inputs(4u);
  add(0u, subgroupBroadcast(weights[(4u * FOURS + 0u) / LANES], (4u * FOURS + 0u) % LANES), x4);
  add(1u, subgroupBroadcast(weights[(4u * FOURS + 1u) / LANES], (4u * FOURS + 1u) % LANES), x4);
  add(2u, subgroupBroadcast(weights[(4u * FOURS + 2u) / LANES], (4u * FOURS + 2u) % LANES), x4);
  add(3u, subgroupBroadcast(weights[(4u * FOURS + 3u) / LANES], (4u * FOURS + 3u) % LANES), x4);
  if (S < 7u) { return; }
  let x5 = inputs(5u);
  add(0u, subgroupBroadcast(weights[(5u * FOURS + 0u) / LANES], (5u * FOURS + 0u) % LANES), x5);
  add(1u, subgroupBroadcast(weights[(5u * FOURS + 1u) / LANES], (5u * FOURS + 1u) % LANES), x5);
  add(2u, subgroupBroadcast(weights[(5u * FOURS + 2u) / LANES], (5u * FOURS + 2u) % LANES), x5);
  add(3u, subgroupBroadcast(weights[(5u * FOURS + 3u) / LANES], (5u * FOURS + 3u) % LANES), x5);
  let x6 = inputs(6u);
  add(0u, subgroupBroadcast(weights[(6u * FOURS + 0u) / LANES], (6u * FOURS + 0u) % LANES), x6);
  add(1u, subgroupBroadcast(weights[(6u * FOURS + 1u) / LANES], (6u * FOURS + 1u) % LANES), x6);
  add(2u, subgroupBroadcast(weights[(6u * FOURS + 2u) / LANES], (6u * FOURS + 2u) % LANES), x6);
  add(3u, subgroupBroadcast(weights[(6u * FOURS + 3u) / LANES], (6u * FOURS + 3u) % LANES), x6);
}

fn store(at: u32, k: u32, count: u32, sum: vec4f) {
  var value = sum;
  if (BIAS) { value += bias[k]; }
  if (RELU) { value = select(value, vec4f(), value <= vec4f()); }
  let base = at + k * params.P * params.Q;
  if (params.Q % 4u == 0u) {
    y[base] = value.x;
    y[base + 1u] = value.y;
    y[base + 2u] = value.z;
    y[base + 3u] = value.w;
    return;
  }
  y[base] = value.x;
  if (count > 1u) { y[base + 1u] = value.y; }
  if (count > 2u) { y[base + 2u] = value.z; }
  if (count > 3u) { y[base + 3u] = value.w; }
}

@compute @workgroup_size(LANES)
fn convolve(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = (group.x + group.y * groups.x) * LANES;
  if (first >= params.quads) { return; }
  // Lanes past the end compute the last quad again and store nothing: broadcasts need every lane.
  let quad = min(first + lane, params.quads - 1u);
  let q4 = quad % params.quads_a_row;
  let p = (quad / params.quads_a_row) % params.P;
  let n = quad / (params.quads_a_row * params.P);
  let g = group.z / params.blocks;
  let k0 = group.z % params.blocks * 16u;
  var weight = group.z * params.group_c * params.R * S * 4u;
  var image = (n * params.C + g * params.group_c) * params.plane + p * params.stride_h * params.pitch + q4 * STRIDE;
  for (var c = 0u; c < params.group_c; c++) {
    var x = image;
    for (var r = 0u; r < params.R; r++) {
      for (var i = 0u; i < WINDOW; i++) { window[i] = images[x + i]; }
      for (var i = 0u; i < WEIGHT_LOADS; i++) { weights[i] = filters[weight + packed(i * LANES + lane)]; }
      row();
      x += params.tap_pitch;
      weight += S * 4u;
    }
    image += params.plane;
  }
  if (first + lane >= params.quads) { return; }
  let at = (n * params.K * params.P + p) * params.Q + q4 * 4u;
  let count = min(4u, params.Q - q4 * 4u);
  for (var i = 0u; i < 4u * FOURS; i++) {
    if (k0 + i < params.group_k) { store(at, g * params.group_k + k0 + i, count, sums[i]); }
  }
}
