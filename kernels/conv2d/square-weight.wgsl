enable subgroups;
// conv2d, square filters, weight gradient at stride 1: dw[k,c,r,s] = sum over n,p,q of image[n,c,p+r,q+s] * dy[n,k,p,q].
// A lane owns TILE filters of CHANNELS channels, all S x S taps of them; a subgroup walks pairs of output rows, four columns at a
// time. Each lane loads the outputs of its own filters; the windows of the padded images under them are loaded once a subgroup, a
// lane a row of a channel, shared by broadcast, and the half that the next four columns see again is kept. A tap's sum is taken up
// and put down once for eight products. Splits of the output rows are added in order by pack.wgsl's `total`: no atomics, the same bits
// every time. Filters past a group's last and channels past it repeat the last one and are not stored.
// Loads for 8 columns of outputs, S = 3, CHANNELS = 4, TILE = 2, 8 lanes: 4 vec4 of dy + 2 of images for 576 FMAs and 96 broadcasts; in
// subgroup-weight.wgsl, whose lanes own taps, 12 vec4 for 768 of which 576 count (6 of 8 columns). On lavapipe a vec4 load costs 11 to 15 ns (a
// branch a lane and number: lanes without a window skip it), so loads are 45 % of the time; 1.7 times subgroup-weight at 32x1x28x28 by 16x5x5, 1.2 at
// 32x16x14x14 by 32x5x5, 2.1 at 32x3x32x32 by 64x3x3, 1.2 at 32x64x16x16 by 128x3x3. More sums (TILE = 4, 8 channels) gain nothing: their
// straight code leaves the instruction cache.
// On a card with 32 lanes a subgroup makes 18k FMAs from 2.3 KB (16 FLOP/B from the caches: dy by whole lines over four steps, windows once);
// 72 sums and about 40 operands a thread leave room for 16 warps an SM. Few channels of few images are too few workgroups: tiled's.

struct Params {
  // filters and channels of one group, blocks of LANES * TILE filters in it, filters of all groups
  group_k: u32, group_c: u32, blocks: u32, K: u32,
  // rows of outputs and pairs of them an image; pairs in all and a split
  P: u32, pairs: u32, units: u32, units_a_split: u32,
  // of the padded images and of the padded dy, in vec4; a group's planes
  pitch: u32, plane: u32, group: u32, image: u32, dy_pitch: u32, dy_plane: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> images: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

const LANES: u32 = 8u; // @spec
const S: u32 = 5u; // @spec
const CHANNELS: u32 = 1u; // @spec
const TILE: u32 = 2u; // @spec
/// Rows of the images under a pair of output rows, of all channels of the block.
const WINDOWS: u32 = CHANNELS * (S + 1u);
const LOADS: u32 = (WINDOWS + LANES - 1u) / LANES;

var<private> sums: array<f32, TILE * CHANNELS * S * S>;
/// This lane's share of the windows (at most 16, of 4 lanes at least): four columns, and the four right of them.
var<private> own: array<vec4f, 4>;
var<private> next: array<vec4f, 4>;
/// All windows, shared.
var<private> low: array<vec4f, WINDOWS>;
var<private> high: array<vec4f, WINDOWS>;
/// Two rows of outputs of this lane's filters.
var<private> upper: array<vec4f, TILE>;
var<private> lower: array<vec4f, TILE>;

fn place(v: u32, four: vec4f, more: vec4f) {
  if (v >= WINDOWS) { return; }
  low[v] = four;
  high[v] = more;
}

fn pixel(v: u32, t: u32) -> f32 {
  if (t < 4u) { return low[v][t]; }
  return high[v][t - 4u];
}

fn add(v: u32, s: u32, d: vec4f, sum: f32) -> f32 {
  return fma(d.w, pixel(v, s + 3u), fma(d.z, pixel(v, s + 2u), fma(d.y, pixel(v, s + 1u), fma(d.x, pixel(v, s), sum))));
}

fn tap(f: u32, c: u32, r: u32, s: u32) {
  if (s >= S) { return; }
  let at = ((f * CHANNELS + c) * S + r) * S + s;
  let v = c * (S + 1u) + r;
  sums[at] = add(v + 1u, s, lower[f], add(v, s, upper[f], sums[at]));
}

fn taps(f: u32, c: u32, r: u32) {
  if (f >= TILE) { return; }
  tap(f, c, r, 0u);
  tap(f, c, r, 1u);
  tap(f, c, r, 2u);
  tap(f, c, r, 3u);
  tap(f, c, r, 4u);
}

fn row(c: u32, r: u32) {
  if (r >= S) { return; }
  taps(0u, c, r);
  taps(1u, c, r);
  taps(2u, c, r);
  taps(3u, c, r);
}

fn channel(c: u32) {
  if (c >= CHANNELS) { return; }
  row(c, 0u);
  row(c, 1u);
  row(c, 2u);
  row(c, 3u);
  row(c, 4u);
}

/// Where window i begins within an image's group; windows past the last repeat it.
fn offset(i: u32, c0: u32) -> u32 {
  let v = min(i, WINDOWS - 1u);
  return min(c0 + v / (S + 1u), params.group_c - 1u) * params.plane + v % (S + 1u) * params.pitch;
}

@compute @workgroup_size(LANES)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let c0 = group.x * CHANNELS;
  let g = group.y / params.blocks;
  let k0 = g * params.group_k + group.y % params.blocks * (LANES * TILE) + lane;
  let filters_end = (g + 1u) * params.group_k;
  var offsets: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) { offsets[i] = offset(i * LANES + lane, c0); }
  var filters: array<u32, TILE>;
  for (var f = 0u; f < TILE; f++) { filters[f] = min(k0 + f * LANES, filters_end - 1u) * params.dy_plane; }
  let end = min((group.z + 1u) * params.units_a_split, params.units);
  for (var unit = group.z * params.units_a_split; unit < end; unit++) {
    let n = unit / params.pairs;
    let p = unit % params.pairs * 2u;
    let both = p + 1u < params.P;
    let x = n * params.image + g * params.group + p * params.pitch;
    let d = n * params.K * params.dy_plane + p * params.dy_pitch;
    let d2 = d + select(0u, params.dy_pitch, both);
    for (var i = 0u; i < LOADS; i++) { own[i] = images[x + offsets[i]]; }
    for (var q4 = 0u; q4 < params.dy_pitch; q4++) {
      for (var i = 0u; i < LOADS; i++) {
        if ((i + 1u) * LANES <= WINDOWS || i * LANES + lane < WINDOWS) { next[i] = images[x + offsets[i] + q4 + 1u]; }
      }
      for (var f = 0u; f < TILE; f++) {
        upper[f] = dy[d + filters[f] + q4];
        lower[f] = select(vec4f(), dy[d2 + filters[f] + q4], both);
      }
      place(0u, subgroupBroadcast(own[0u / LANES], 0u % LANES), subgroupBroadcast(next[0u / LANES], 0u % LANES));
      place(1u, subgroupBroadcast(own[1u / LANES], 1u % LANES), subgroupBroadcast(next[1u / LANES], 1u % LANES));
      place(2u, subgroupBroadcast(own[2u / LANES], 2u % LANES), subgroupBroadcast(next[2u / LANES], 2u % LANES));
      place(3u, subgroupBroadcast(own[3u / LANES], 3u % LANES), subgroupBroadcast(next[3u / LANES], 3u % LANES));
      place(4u, subgroupBroadcast(own[4u / LANES], 4u % LANES), subgroupBroadcast(next[4u / LANES], 4u % LANES));
      place(5u, subgroupBroadcast(own[5u / LANES], 5u % LANES), subgroupBroadcast(next[5u / LANES], 5u % LANES));
      place(6u, subgroupBroadcast(own[6u / LANES], 6u % LANES), subgroupBroadcast(next[6u / LANES], 6u % LANES));
      place(7u, subgroupBroadcast(own[7u / LANES], 7u % LANES), subgroupBroadcast(next[7u / LANES], 7u % LANES));
      place(8u, subgroupBroadcast(own[8u / LANES], 8u % LANES), subgroupBroadcast(next[8u / LANES], 8u % LANES));
      place(9u, subgroupBroadcast(own[9u / LANES], 9u % LANES), subgroupBroadcast(next[9u / LANES], 9u % LANES));
      place(10u, subgroupBroadcast(own[10u / LANES], 10u % LANES), subgroupBroadcast(next[10u / LANES], 10u % LANES));
      place(11u, subgroupBroadcast(own[11u / LANES], 11u % LANES), subgroupBroadcast(next[11u / LANES], 11u % LANES));
      place(12u, subgroupBroadcast(own[12u / LANES], 12u % LANES), subgroupBroadcast(next[12u / LANES], 12u % LANES));
      place(13u, subgroupBroadcast(own[13u / LANES], 13u % LANES), subgroupBroadcast(next[13u / LANES], 13u % LANES));
      place(14u, subgroupBroadcast(own[14u / LANES], 14u % LANES), subgroupBroadcast(next[14u / LANES], 14u % LANES));
      place(15u, subgroupBroadcast(own[15u / LANES], 15u % LANES), subgroupBroadcast(next[15u / LANES], 15u % LANES));
      channel(0u);
      channel(1u);
      channel(2u);
      channel(3u);
      for (var i = 0u; i < LOADS; i++) { own[i] = next[i]; }
    }
  }
  // [split, k, c, r, s]
  for (var f = 0u; f < TILE; f++) {
    let k = k0 + f * LANES;
    for (var i = 0u; i < CHANNELS * S * S; i++) {
      let at = c0 * S * S + i;
      if (k < filters_end && at < params.group_c * S * S) { partial[(group.z * params.K + k) * params.group_c * S * S + at] = sums[f * CHANNELS * S * S + i]; }
    }
  }
}
