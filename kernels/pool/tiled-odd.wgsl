// pool, tiled, for odd widths: as tiled.wgsl with single loads (1.7 times its cost on lavapipe), because rows begin at odd
// places. The last column lies under no window (dx = 0), with an odd H the last row neither.

struct Params {
  // planes * P
  rows: u32, H: u32, W: u32, P: u32, Q: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 64u;
override ROWS: u32 = 4u;
override RELU: bool = false;

const NONE: u32 = 0xffffffffu;

struct Best { value: f32, code: u32 }

fn linear(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * WORKGROUP;
}

// The first of a thread's windows, and the output row behind its last; empty past the end.
struct Span { row: u32, end: u32, q: u32 }

fn span(i: u32) -> Span {
  let block = i / params.Q;
  return Span(block * ROWS, min((block + 1u) * ROWS, params.rows), i - block * params.Q);
}

// Index of a window's first pixel in x and dx; the next row is W further.
fn corner(row: u32, q: u32) -> u32 {
  var h = 2u * row;
  if ((params.H & 1u) == 1u) { h += row / params.P; }
  return h * params.W + 2u * q;
}

// By bits: a compiler may assume that v == v.
fn is_nan(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
}

fn better(best: Best, v: f32, code: u32) -> Best {
  if (v > best.value || is_nan(v)) { return Best(v, code); }
  return best;
}

fn best_of(row: u32, q: u32) -> Best {
  let at = corner(row, q);
  let below = at + params.W;
  let best = better(better(better(Best(x[at], 0u), x[at + 1u], 1u), x[below], 2u), x[below + 1u], 3u);
  if (RELU && best.value <= 0.0) { return Best(0.0, NONE); }
  return best;
}

@compute @workgroup_size(WORKGROUP)
fn max_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let s = span(linear(id, groups));
  for (var row = s.row; row < s.end; row++) {
    y[row * params.Q + s.q] = best_of(row, s.q).value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn max_forward_chosen(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let s = span(linear(id, groups));
  for (var row = s.row; row < s.end; row++) {
    let best = best_of(row, s.q);
    y[row * params.Q + s.q] = best.value;
    chosen[row * params.Q + s.q] = best.code;
  }
}

@compute @workgroup_size(WORKGROUP)
fn max_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let s = span(linear(id, groups));
  for (var row = s.row; row < s.end; row++) {
    let taken = vec4u(chosen[row * params.Q + s.q]) == vec4u(0u, 1u, 2u, 3u);
    store_window(row, s.q, select(vec4f(0.0), vec4f(dy[row * params.Q + s.q]), taken));
  }
}

@compute @workgroup_size(WORKGROUP)
fn average_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let s = span(linear(id, groups));
  for (var row = s.row; row < s.end; row++) {
    let at = corner(row, s.q);
    let below = at + params.W;
    y[row * params.Q + s.q] = 0.25 * ((x[at] + x[below]) + (x[at + 1u] + x[below + 1u]));
  }
}

@compute @workgroup_size(WORKGROUP)
fn average_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let s = span(linear(id, groups));
  for (var row = s.row; row < s.end; row++) {
    store_window(row, s.q, vec4f(0.25 * dy[row * params.Q + s.q]));
  }
}

fn store_window(row: u32, q: u32, window: vec4f) {
  let at = corner(row, q);
  let below = at + params.W;
  dx[at] = window.x;
  dx[at + 1u] = window.y;
  dx[below] = window.z;
  dx[below + 1u] = window.w;
  let last_row = (params.H & 1u) == 1u && row % params.P == params.P - 1u;
  let last_column = q == params.Q - 1u;
  if (last_column) {
    dx[at + 2u] = 0.0;
    dx[below + 2u] = 0.0;
  }
  if (last_row) {
    dx[below + params.W] = 0.0;
    dx[below + params.W + 1u] = 0.0;
    if (last_column) { dx[below + params.W + 2u] = 0.0; }
  }
}
