enable subgroups;
// conv2d, subgroup, weight gradient: dw[k,c,r,s] = sum over n,p,q of image[n,c,p*stride_h+r*dilate_h,q*STRIDE+s] * dy[n,k,p,q].
// A lane owns ROWS rows (c,r) of S taps, COLUMNS weights in all, of 16 filters; a subgroup walks the outputs, four of a row at
// a time. Each lane loads its own window of the padded images; dy is loaded once a subgroup, a lane a filter, and shared by
// broadcast. A workgroup's filters and rows are of one group; columns between dilated taps are computed for nobody. Splits of the output rows go to different workgroups and are added in order by pack.wgsl's `total`: no atomics,
// the same bits every time. Loads a quad at S = 5 and 8 lanes: 2 + 2 vec4 for 320 FMAs.

struct Params {
  K: u32, R: u32, P: u32,
  // filters of one group, and blocks of 16 of them
  group_k: u32, blocks: u32,
  // rows (c,r) of a group's weights; rows (n,p) of outputs, in all and a split
  weight_rows: u32, output_rows: u32, rows_a_split: u32,
  // of the padded images and of the padded dy, in vec4; a group's planes
  pitch: u32, tap_pitch: u32, plane: u32, group: u32, image: u32, dy_pitch: u32, dy_plane: u32,
  stride_h: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> images: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

const LANES: u32 = 8u; // @spec
const S: u32 = 5u; // @spec
const STRIDE: u32 = 1u; // @spec
const ROWS: u32 = 1u; // @spec
const COLUMNS: u32 = ROWS * S;
const WINDOW: u32 = (3u * STRIDE + S + 3u) / 4u;
const FILTERS: u32 = 16u;
const DY_LOADS: u32 = (FILTERS + LANES - 1u) / LANES;

var<private> sums: array<vec4f, 32>;
var<private> window: array<vec4f, 16>;
var<private> outputs: array<vec4f, 4>;

/// The input of column i (a row and a tap) at output j of the quad.
fn column(i: u32, j: u32) -> f32 {
  let t = j * STRIDE + i % S;
  return window[i / S % ROWS * WINDOW + t / 4u][t % 4u];
}

fn add(k: u32, d: f32, low: vec4f, high: vec4f) {
  sums[2u * k] = fma(vec4f(d), low, sums[2u * k]);
  if (COLUMNS > 4u) { sums[2u * k + 1u] = fma(vec4f(d), high, sums[2u * k + 1u]); }
}

fn output(j: u32) {
  let low = vec4f(column(0u, j), column(1u, j), column(2u, j), column(3u, j));
  let high = vec4f(column(4u, j), column(5u, j), column(6u, j), column(7u, j));
  add(0u, subgroupBroadcast(outputs[0][j], 0u), low, high);
  add(1u, subgroupBroadcast(outputs[1u / LANES][j], 1u % LANES), low, high);
  add(2u, subgroupBroadcast(outputs[2u / LANES][j], 2u % LANES), low, high);
  add(3u, subgroupBroadcast(outputs[3u / LANES][j], 3u % LANES), low, high);
  add(4u, subgroupBroadcast(outputs[4u / LANES][j], 4u % LANES), low, high);
  add(5u, subgroupBroadcast(outputs[5u / LANES][j], 5u % LANES), low, high);
  add(6u, subgroupBroadcast(outputs[6u / LANES][j], 6u % LANES), low, high);
  add(7u, subgroupBroadcast(outputs[7u / LANES][j], 7u % LANES), low, high);
  add(8u, subgroupBroadcast(outputs[8u / LANES][j], 8u % LANES), low, high);
  add(9u, subgroupBroadcast(outputs[9u / LANES][j], 9u % LANES), low, high);
  add(10u, subgroupBroadcast(outputs[10u / LANES][j], 10u % LANES), low, high);
  add(11u, subgroupBroadcast(outputs[11u / LANES][j], 11u % LANES), low, high);
  add(12u, subgroupBroadcast(outputs[12u / LANES][j], 12u % LANES), low, high);
  add(13u, subgroupBroadcast(outputs[13u / LANES][j], 13u % LANES), low, high);
  add(14u, subgroupBroadcast(outputs[14u / LANES][j], 14u % LANES), low, high);
  add(15u, subgroupBroadcast(outputs[15u / LANES][j], 15u % LANES), low, high);
}

/// Where weight row i begins within a padded image; rows past the last repeat it and are not stored.
fn offset(i: u32) -> u32 {
  let row = min(i, params.weight_rows - 1u);
  return row / params.R * params.plane + row % params.R * params.tap_pitch;
}

@compute @workgroup_size(LANES)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = (group.x * LANES + lane) * ROWS;
  let g = group.y / params.blocks;
  let k0 = g * params.group_k + group.y % params.blocks * FILTERS;
  let filters_end = (g + 1u) * params.group_k;
  let offsets = vec4u(offset(first), offset(first + 1u), offset(first + 2u), offset(first + 3u));
  var filters: array<u32, 4>;
  for (var i = 0u; i < DY_LOADS; i++) { filters[i] = min(k0 + i * LANES + lane, filters_end - 1u) * params.dy_plane; }
  let end = min((group.z + 1u) * params.rows_a_split, params.output_rows);
  for (var row = group.z * params.rows_a_split; row < end; row++) {
    let n = row / params.P;
    let p = row % params.P;
    let x = n * params.image + g * params.group + p * params.stride_h * params.pitch;
    let d = n * params.K * params.dy_plane + p * params.dy_pitch;
    for (var q4 = 0u; q4 < params.dy_pitch; q4++) {
      for (var r = 0u; r < ROWS; r++) {
        for (var i = 0u; i < WINDOW; i++) { window[r * WINDOW + i] = images[x + offsets[r] + q4 * STRIDE + i]; }
      }
      for (var i = 0u; i < DY_LOADS; i++) { outputs[i] = dy[d + filters[i] + q4]; }
      output(0u);
      output(1u);
      output(2u);
      output(3u);
    }
  }
  // [split, k, row, s]
  let size = params.weight_rows * S;
  for (var k = 0u; k < FILTERS; k++) {
    let at = (group.z * params.K + k0 + k) * size + first * S;
    for (var i = 0u; i < COLUMNS; i++) {
      if (k0 + k < filters_end && first + i / S < params.weight_rows) { partial[at + i] = sums[2u * k + i / 4u][i % 4u]; }
    }
  }
}
