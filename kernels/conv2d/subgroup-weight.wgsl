enable subgroups;
// conv2d, subgroup, weight gradient: dw[k,c,r,s] = sum over n,p,q of image[n,c,p*stride_h+r,q*STRIDE+s] * dy[n,k,p,q].
// Lanes share the sum: a lane takes every LANES-th quad of four outputs, and keeps the sums of 8 filters x ROWS rows (c,r) of
// S taps; at the end the subgroup adds its lanes up. Splits of the quads go to different workgroups and are added in order
// by pack.wgsl's `total`: no atomics, the same bits every time.
// dy comes as [K, quads], zeros past the last quad, so a tail needs no mask. Loads a quad at S = 5, ROWS = 2: 2*2 + 8 vec4
// for 320 FMAs.

struct Params {
  K: u32, R: u32, P: u32, rows: u32,
  quads_a_row: u32, quads: u32, quads_padded: u32, quads_a_split: u32,
  // of the padded images, in vec4
  pitch: u32, plane: u32, image: u32,
  stride_h: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> images: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

const LANES: u32 = 8u; // @spec
const S: u32 = 5u; // @spec
const STRIDE: u32 = 1u; // @spec
const ROWS: u32 = 2u; // @spec
const WINDOW: u32 = (3u * STRIDE + S + 3u) / 4u;

var<private> sums: array<vec4f, 48>;
var<private> window: array<vec4f, 4>;
var<private> low: mat4x4f;
var<private> high: mat4x4f;

fn value(t: u32) -> f32 {
  return window[t / 4u][t % 4u];
}

/// Adds one tap: eight filters, four outputs.
fn tap(i: u32, s: u32) {
  let x = vec4f(value(s), value(s + STRIDE), value(s + 2u * STRIDE), value(s + 3u * STRIDE));
  sums[2u * i] = fma(vec4f(x.w), low[3], fma(vec4f(x.z), low[2], fma(vec4f(x.y), low[1], fma(vec4f(x.x), low[0], sums[2u * i]))));
  sums[2u * i + 1u] = fma(vec4f(x.w), high[3], fma(vec4f(x.z), high[2], fma(vec4f(x.y), high[1], fma(vec4f(x.x), high[0], sums[2u * i + 1u]))));
}

/// Adds one row of taps of the images, at vec4 `at`.
fn row(j: u32, at: u32) {
  for (var i = 0u; i < WINDOW; i++) { window[i] = images[at + i]; }
  tap(j * S, 0u);
  if (S < 3u) { return; }
  tap(j * S + 1u, 1u);
  tap(j * S + 2u, 2u);
  if (S < 5u) { return; }
  tap(j * S + 3u, 3u);
  tap(j * S + 4u, 4u);
  if (S < 7u) { return; }
  tap(j * S + 5u, 5u);
  tap(j * S + 6u, 6u);
}

/// Where row j of this workgroup begins within a padded image; rows past the last repeat it and are not stored.
fn offset(first: u32, j: u32) -> u32 {
  let row = min(first + j, params.rows - 1u);
  return row / params.R * params.plane + row % params.R * params.pitch;
}

@compute @workgroup_size(LANES)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first_row = group.x * ROWS;
  let k0 = group.y * 8u;
  let last = params.K - 1u;
  let k = min(vec4u(k0, k0 + 1u, k0 + 2u, k0 + 3u), vec4u(last)) * params.quads_padded;
  let l = min(vec4u(k0 + 4u, k0 + 5u, k0 + 6u, k0 + 7u), vec4u(last)) * params.quads_padded;
  let o = vec4u(offset(first_row, 0u), offset(first_row, 1u), offset(first_row, 2u), offset(first_row, 3u));
  let u = vec4u(offset(first_row, 4u), offset(first_row, 5u), offset(first_row, 6u), offset(first_row, 7u));
  let per_image = params.quads_a_row * params.P;
  let images_a_quad = 1.0 / f32(per_image);
  let rows_a_quad = 1.0 / f32(params.quads_a_row);
  let end = min((group.z + 1u) * params.quads_a_split, params.quads_padded);
  for (var base = group.z * params.quads_a_split; base < end; base += LANES) {
    let e = base + lane;
    let quad = min(e, params.quads - 1u);
    let n = u32((f32(quad) + 0.5) * images_a_quad);
    let within = quad - n * per_image;
    let p = u32((f32(within) + 0.5) * rows_a_quad);
    let x = n * params.image + p * params.stride_h * params.pitch + (within - p * params.quads_a_row) * STRIDE;
    low = transpose(mat4x4f(dy[k.x + e], dy[k.y + e], dy[k.z + e], dy[k.w + e]));
    high = transpose(mat4x4f(dy[l.x + e], dy[l.y + e], dy[l.z + e], dy[l.w + e]));
    row(0u, x + o.x);
    if (ROWS > 1u) { row(1u, x + o.y); }
    if (ROWS > 2u) { row(2u, x + o.z); row(3u, x + o.w); }
    if (ROWS > 4u) { row(4u, x + u.x); row(5u, x + u.y); row(6u, x + u.z); row(7u, x + u.w); }
  }
  // [split, k, row, s]
  let size = params.rows * S;
  let at = (group.z * params.K + k0) * size + first_row * S;
  for (var i = 0u; i < 2u * ROWS * S; i++) {
    let sum = subgroupAdd(sums[i]);
    let t = i / 2u;
    let k4 = i % 2u * 4u;
    if (lane == 0u && first_row + t / S < params.rows) {
      for (var j = 0u; j < 4u; j++) {
        if (k0 + k4 + j < params.K) { partial[at + (k4 + j) * size + t] = sum[j]; }
      }
    }
  }
}
