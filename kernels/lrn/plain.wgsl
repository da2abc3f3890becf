// Local response normalisation of N C H W images: y = x * scale^-beta, scale = k + share * (sum of x^2 over a window of `size`).
//   across  the window runs over neighbouring channels at one pixel (Krizhevsky, Sutskever, Hinton 2012), share = alpha / size
//   within  it is a square in the channel's own plane (Caffe's WITHIN_CHANNEL, Cuda-Convnet), share = alpha / size^2
// Zeros outside. The backward pass gathers, with the scale that the forward pass kept:
//   dx[i] = dy[i] * scale[i]^-beta - 2 share beta x[i] * (sum over windows j that hold i of dy[j] * y[j] / scale[j])
// in two passes, so that the quotient is taken once an element and not once a window.
// A thread an element, along the plane: neighbours in the window are neighbours in memory (within) or a plane apart (across), so a
// warp's loads stay coalesced and a window's repeats come from the cache. Bytes an element: 12 forward, 32 backward; loads size or
// size^2 more. Loops over the window are most of the time on lavapipe: unrolled for the usual sizes, 1.5x.

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  // Elements of the window before and behind an element.
  before: i32, after: i32,
  share: f32, beta: f32, k: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> output: array<f32>;
@group(0) @binding(4) var<storage, read> kept: array<f32>;
/// What windows add up: x forward; backward dy * y / scale, which the pass `ratio` writes as its dx.
@group(0) @binding(5) var<storage, read> summed: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<storage, read_write> scale: array<f32>;
@group(0) @binding(8) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 64u;
override WITHIN: bool = false;
// The window's size where loops are unrolled for it, or 0: any.
const SIZE: u32 = 0u; // @spec

/// Rows and columns (within), or channels and one column (across), from `low` to `high` that lie inside; element (a,b) lies at
/// base + a * pitch + b.
struct Window { low: vec2u, high: vec2u, base: u32, pitch: u32 }

fn clipped(at: u32, before: i32, after: i32, extent: u32) -> vec2u {
  return vec2u(u32(max(i32(at) - before, 0)), u32(min(i32(at) + after, i32(extent) - 1)));
}

/// i / W: an integer division by a uniform costs lavapipe a dozen loads, an estimate with its correction half of one.
fn row_of(i: u32) -> u32 {
  var row = u32(f32(i) * (1.0 / f32(params.W)));
  if (row * params.W > i) { row--; }
  if ((row + 1u) * params.W <= i) { row++; }
  return row;
}

/// The window around pixel i of channel c, sample n.
fn window(i: u32, c: u32, n: u32, before: i32, after: i32) -> Window {
  let plane = params.H * params.W;
  if (WITHIN) {
    let row = row_of(i);
    let rows = clipped(row, before, after, params.H);
    let columns = clipped(i - row * params.W, before, after, params.W);
    return Window(vec2u(rows.x, columns.x), vec2u(rows.y, columns.y), (n * params.C + c) * plane, params.W);
  }
  let channels = clipped(c, before, after, params.C);
  return Window(vec2u(channels.x, i), vec2u(channels.y, i), n * params.C * plane, plane);
}

/// Element j of what a window adds up: squares forward, ratios as they are backward.
fn term(j: u32, backward: bool) -> f32 {
  let value = summed[j];
  return select(value * value, value, backward);
}

fn sum_over(w: Window, backward: bool) -> f32 {
  var sum = 0.0;
  if (SIZE > 0u) {
    for (var a = 0u; a < SIZE; a++) {
      let row = w.base + min(w.low.x + a, w.high.x) * w.pitch;
      let inside_row = w.low.x + a <= w.high.x;
      if (!WITHIN) {
        sum += select(0.0, term(row + w.low.y, backward), inside_row);
        continue;
      }
      for (var b = 0u; b < SIZE; b++) {
        sum += select(0.0, term(row + min(w.low.y + b, w.high.y), backward), inside_row && w.low.y + b <= w.high.y);
      }
    }
    return sum;
  }
  for (var a = w.low.x; a <= w.high.x; a++) {
    for (var b = w.low.y; b <= w.high.y; b++) { sum += term(w.base + a * w.pitch + b, backward); }
  }
  return sum;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.H * params.W) { return; }
  let at = (id.z * params.C + id.y) * params.H * params.W + id.x;
  let s = params.k + params.share * sum_over(window(id.x, id.y, id.z, params.before, params.after), false);
  scale[at] = s;
  y[at] = x[at] * pow(s, -params.beta);
}

@compute @workgroup_size(WORKGROUP)
fn ratio(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.H * params.W) { return; }
  let at = (id.z * params.C + id.y) * params.H * params.W + id.x;
  dx[at] = dy[at] * output[at] / kept[at];
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.H * params.W) { return; }
  let at = (id.z * params.C + id.y) * params.H * params.W + id.x;
  // Windows that hold this element are those around the mirrored window's elements.
  let sum = sum_over(window(id.x, id.y, id.z, params.after, params.before), true);
  dx[at] = dy[at] * pow(kept[at], -params.beta) - 2.0 * params.share * params.beta * x[at] * sum;
}
