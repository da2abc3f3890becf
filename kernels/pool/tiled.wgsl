// pool, tiled: 2x2 windows at stride 2 without padding, which tile the plane, on even widths. A thread takes ROWS windows
// below each other: two vec2 loads each, and in the backward pass two vec2 stores instead of four gathers. On lavapipe a
// subgroup costs 17 ns before it does anything and a whole division 19 more, so a window a thread would spend half on them.
// Formulas and codes as in plain.wgsl.
// Rows are those of the output over all planes; with an odd H each plane's last input row lies under no window (dx = 0).

struct Params {
  // planes * P
  rows: u32, H: u32, P: u32, Q: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec2f>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec2f>;

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

// Index of a window's upper pair in x and dx; the lower one is Q further.
fn upper(row: u32, q: u32) -> u32 {
  var skipped = 2u * row;
  if ((params.H & 1u) == 1u) { skipped += row / params.P; }
  return skipped * params.Q + q;
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
  let at = upper(row, q);
  let a = x[at];
  let b = x[at + params.Q];
  let best = better(better(better(Best(a.x, 0u), a.y, 1u), b.x, 2u), b.y, 3u);
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
    let at = upper(row, s.q);
    let sum = x[at] + x[at + params.Q];
    y[row * params.Q + s.q] = 0.25 * (sum.x + sum.y);
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
  let at = upper(row, q);
  dx[at] = window.xy;
  dx[at + params.Q] = window.zw;
  if ((params.H & 1u) == 1u && row % params.P == params.P - 1u) { dx[at + 2u * params.Q] = vec2f(0.0); }
}
