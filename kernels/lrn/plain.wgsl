// Local response normalisation of N C H W images: y = x * scale^-beta, scale = k + share * (sum of x^2 over a window of `size`).
//   across  the window runs over neighbouring channels at one pixel (Krizhevsky, Sutskever, Hinton 2012), share = alpha / size
//   within  it is a square in the channel's own plane (Caffe's WITHIN_CHANNEL, Cuda-Convnet), share = alpha / size^2
// Zeros outside. The backward pass gathers, with the scale that the forward pass kept:
//   dx[i] = dy[i] * scale[i]^-beta - 2 share beta x[i] * (sum over windows j that hold i of dy[j] * y[j] / scale[j])
// A thread an element, along the plane: neighbours in the window are neighbours in memory (within) or a plane apart (across), so a
// warp's loads stay coalesced and a window's repeats come from the cache. Loads an element: size or size^2 forward, 3x that backward.

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
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> scale: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 64u;
override WITHIN: bool = false;

/// Rows and columns (within), or channels (across), from `low` to `high` that lie inside, for the element at `at`.
struct Window { low: vec2u, high: vec2u, base: u32 }

fn clipped(at: u32, before: i32, after: i32, extent: u32) -> vec2u {
  return vec2u(u32(max(i32(at) - before, 0)), u32(min(i32(at) + after, i32(extent) - 1)));
}

/// The window around pixel i of channel c, sample n. Across: (channel, pixel), one column wide.
fn window(i: u32, c: u32, n: u32, before: i32, after: i32) -> Window {
  if (WITHIN) {
    let rows = clipped(i / params.W, before, after, params.H);
    let columns = clipped(i % params.W, before, after, params.W);
    return Window(vec2u(rows.x, columns.x), vec2u(rows.y, columns.y), (n * params.C + c) * params.H * params.W);
  }
  let channels = clipped(c, before, after, params.C);
  return Window(vec2u(channels.x, i), vec2u(channels.y, i), n * params.C * params.H * params.W);
}

fn pitch() -> u32 {
  return select(params.H * params.W, params.W, WITHIN);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.H * params.W) { return; }
  let at = (id.z * params.C + id.y) * params.H * params.W + id.x;
  let w = window(id.x, id.y, id.z, params.before, params.after);
  var squares = 0.0;
  for (var a = w.low.x; a <= w.high.x; a++) {
    for (var b = w.low.y; b <= w.high.y; b++) {
      let value = x[w.base + a * pitch() + b];
      squares += value * value;
    }
  }
  let s = params.k + params.share * squares;
  scale[at] = s;
  y[at] = x[at] * pow(s, -params.beta);
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.H * params.W) { return; }
  let at = (id.z * params.C + id.y) * params.H * params.W + id.x;
  // Windows that hold this element are those around the mirrored window's elements.
  let w = window(id.x, id.y, id.z, params.after, params.before);
  var sum = 0.0;
  for (var a = w.low.x; a <= w.high.x; a++) {
    for (var b = w.low.y; b <= w.high.y; b++) {
      let j = w.base + a * pitch() + b;
      sum += dy[j] * output[j] / kept[j];
    }
  }
  dx[at] = dy[at] * pow(kept[at], -params.beta) - 2.0 * params.share * params.beta * x[at] * sum;
}
