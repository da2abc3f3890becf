enable subgroups;
// conv2d, narrow: the gradient of images with few channels, a direct sum at stride 1 and "same" columns:
//   dx[n,c,h,w] = sum over k,r,s of dy[n,k,h+pad_h-r,w+PAD-s] * w[k,c,r,s]
// A lane holds ROWS x 4 neighbouring pixels of CHANNELS channels, a subgroup the quads of a band of rows side by side; a band
// narrower than half a subgroup shares it with others, a wider one is cut into strips that overlap by a quad on either side.
// Nothing is padded or packed beforehand: a row of dy is one quad a lane, its neighbours' columns come by shuffle, zeros past the
// edges by select. The weights of a filter are loaded once a subgroup and shared by shuffle.
// Loads a filter at 5x5, ROWS = 4, 8 lanes: 8 vec4 + 4 scalars for 400 FMAs. On lavapipe a vec4 load costs 11 ns, a scalar one 5,
// a shuffle 1.1, an FMA 0.3 to 0.5: 5 times the general kernel at 32x1x28x28 by 16x5x5, 4 times at 32x3x32x32 by 64x3x3; ROWS = 2
// loses a quarter. Functions with literal indices unroll there; loops around them would be kept and index registers in memory (9x).

struct Params {
  // channels of all groups and filters of one; the images' extents
  C: u32, group_k: u32, H: u32, W: u32, P: u32,
  pad_h: i32,
  // quads a row, those that a band's subgroup stores, strips a row, bands of ROWS rows an image, bands and strips in all
  quads: u32, stored: u32, strips: u32, bands: u32, units: u32,
  // bands that share a subgroup; 1 where strips overlap
  shared_by: u32, overlap: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> dy_quads: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

/// W is a multiple of 4, so quads are whole vec4 of dy.
override ALIGNED: bool = false;
const LANES: u32 = 8u; // @spec
const S: u32 = 5u; // @spec
const CHANNELS: u32 = 1u; // @spec
const ROWS: u32 = 4u; // @spec
const PAD: u32 = (S - 1u) / 2u;
const TAPS: u32 = CHANNELS * S * S;
const WEIGHT_LOADS: u32 = (TAPS + LANES - 1u) / LANES;

var<private> sums: array<vec4f, CHANNELS * ROWS>;
// Of this lane: its neighbours, its quad of the row, whether that is of the image, the first row of dy under the tile, that plane.
var<private> left: u32;
var<private> right: u32;
var<private> quad: u32;
var<private> used: bool;
var<private> p0: i32;
var<private> plane: u32;
var<private> loaded: array<f32, WEIGHT_LOADS>;
var<private> weights: array<f32, TAPS>;
/// Columns 4 quad - PAD .. 4 quad + 3 + PAD of a row of dy.
var<private> window: array<f32, S + 3u>;

/// Four columns of a row of dy, zeros where outside. Reads at 0 there: select would read out of bounds first.
fn load(row: u32, quad: u32, inside: bool) -> vec4f {
  if (ALIGNED) { return select(vec4f(), dy_quads[select(0u, row * params.quads + quad, inside)], inside); }
  let at = select(0u, row * params.W + quad * 4u, inside);
  let columns = select(0u, params.W - quad * 4u, inside);
  return select(vec4f(), vec4f(dy[at], dy[at + 1u], dy[at + 2u], dy[at + 3u]), vec4u(0u, 1u, 2u, 3u) < vec4u(columns));
}

fn share(c: u32, r: u32, s: u32) {
  if (s >= S) { return; }
  let tap = (c * S + r) * S + s;
  weights[tap] = subgroupShuffle(loaded[tap / LANES], tap % LANES);
}

fn share_row(c: u32, r: u32) {
  if (c >= CHANNELS || r >= S) { return; }
  share(c, r, 0u);
  share(c, r, 1u);
  share(c, r, 2u);
  share(c, r, 3u);
  share(c, r, 4u);
  share(c, r, 5u);
  share(c, r, 6u);
}

fn share_channel(c: u32) {
  share_row(c, 0u);
  share_row(c, 1u);
  share_row(c, 2u);
  share_row(c, 3u);
  share_row(c, 4u);
  share_row(c, 5u);
  share_row(c, 6u);
}

/// The window from the quads of this lane and its neighbours; what a neighbour at an edge holds is of another row.
fn widen(own: vec4f) {
  let first = quad == 0u;
  let last = quad + 1u == params.quads;
  for (var t = 0u; t < PAD; t++) {
    window[t] = select(subgroupShuffle(own[4u - PAD + t], left), 0.0, first);
    window[PAD + 4u + t] = select(subgroupShuffle(own[t], right), 0.0, last);
  }
  for (var t = 0u; t < 4u; t++) { window[PAD + t] = own[t]; }
}

fn add(c: u32, i: u32, r: u32, s: u32, d: vec4f) {
  if (c >= CHANNELS) { return; }
  sums[c * ROWS + i] = fma(vec4f(weights[(c * S + r) * S + s]), d, sums[c * ROWS + i]);
}

fn tap(i: u32, r: u32, s: u32) {
  if (s >= S) { return; }
  let t = S - 1u - s;
  let d = vec4f(window[t], window[t + 1u], window[t + 2u], window[t + 3u]);
  add(0u, i, r, s, d);
  add(1u, i, r, s, d);
  add(2u, i, r, s, d);
  add(3u, i, r, s, d);
}

/// Row r of the filters' taps, on row j of dy.
fn taps(j: u32, r: u32) {
  let i = j + r - (S - 1u);
  if (r >= S || i >= ROWS) { return; }
  tap(i, r, 0u);
  tap(i, r, 1u);
  tap(i, r, 2u);
  tap(i, r, 3u);
  tap(i, r, 4u);
  tap(i, r, 5u);
  tap(i, r, 6u);
}

/// Row j of the dy under the tile, counted from the tile's first row + pad_h - (S - 1).
fn row(j: u32) {
  if (j >= ROWS + S - 1u) { return; }
  let p = u32(p0 + i32(j));
  widen(load(plane + p, quad, used && p < params.P));
  taps(j, 0u);
  taps(j, 1u);
  taps(j, 2u);
  taps(j, 3u);
  taps(j, 4u);
  taps(j, 5u);
  taps(j, 6u);
}

fn store(at: u32, columns: u32, sum: vec4f) {
  dx[at] = sum.x;
  if (columns > 1u) { dx[at + 1u] = sum.y; }
  if (columns > 2u) { dx[at + 2u] = sum.z; }
  if (columns > 3u) { dx[at + 3u] = sum.w; }
}

@compute @workgroup_size(LANES)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = (group.x + group.y * groups.x) * params.shared_by;
  if (first >= params.units) { return; }
  let span = params.stored + 2u * params.overlap;
  left = (lane - 1u) % LANES;
  right = (lane + 1u) % LANES;
  let part = lane / span;
  let unit = first + part;
  let strip = unit % params.strips;
  let band = unit / params.strips % params.bands;
  let n = unit / (params.strips * params.bands);
  let place = lane - part * span;
  // Wraps round left of the first quad: outside too.
  quad = strip * params.stored + place - params.overlap;
  used = unit < params.units && part < params.shared_by && quad < params.quads;
  let h0 = band * ROWS;
  p0 = i32(h0) + params.pad_h - i32(S - 1u);
  let filters = params.group_k;
  plane = (n * params.C / CHANNELS + group.z) * filters * params.P;
  var weight = group.z * filters * TAPS;
  for (var k = 0u; k < filters; k++) {
    for (var i = 0u; i < WEIGHT_LOADS; i++) { loaded[i] = w[weight + i * LANES + lane]; }
    share_channel(0u);
    share_channel(1u);
    share_channel(2u);
    share_channel(3u);
    row(0u);
    row(1u);
    row(2u);
    row(3u);
    row(4u);
    row(5u);
    row(6u);
    row(7u);
    row(8u);
    row(9u);
    plane += params.P;
    weight += TAPS;
  }
  let inner = place >= params.overlap && place < params.overlap + params.stored;
  if (!used || !inner) { return; }
  for (var c = 0u; c < CHANNELS; c++) {
    for (var i = 0u; i < ROWS; i++) {
      let at = ((n * params.C + group.z * CHANNELS + c) * params.H + h0 + i) * params.W + quad * 4u;
      if (h0 + i < params.H) { store(at, params.W - quad * 4u, sums[c * ROWS + i]); }
    }
  }
}
