// pool, tiled, gradient of overlapping windows of at most two strides: a thread a cell of the padded input, one stride high
// and wide. At most 2x2 windows cover a cell: their gradients are loaded once for all of its pixels, where plain.wgsl loads
// them a pixel (3x3 windows at stride 2: a quarter of its loads). Formulas and codes as in plain.wgsl.
// Window (a, b) of cell (row, column) is output (row-a, column-b); within it, pixel (dr, ds) of the cell lies at
// (dr + a*stride_h, ds + b*stride_w). Vectors hold the windows (0,0) (0,1) (1,0) (1,1).

struct Params {
  planes: u32, H: u32, W: u32,
  R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32,
  // Cells of a plane, and 1 / (their number), 1 / columns.
  rows: u32, columns: u32,
  per_plane: f32, per_row: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 64u;

const NONE: u32 = 0xffffffffu;

struct Cell { plane: u32, row: u32, column: u32 }

fn linear(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * WORKGROUP;
}

// As in plain.wgsl.
fn divide(a: u32, b: u32, per_b: f32) -> u32 {
  let quotient = i32(f32(i32(a)) * per_b);
  let rest = i32(a) - quotient * i32(b);
  return u32(select(select(quotient, quotient + 1, rest >= i32(b)), quotient - 1, rest < 0));
}

fn cell_of(i: u32) -> Cell {
  let plane = divide(i, params.rows * params.columns, params.per_plane);
  let rest = i - plane * params.rows * params.columns;
  let row = divide(rest, params.columns, params.per_row);
  return Cell(plane, row, rest - row * params.columns);
}

// Which of the windows exist. Unsigned row-1 of row 0 is huge.
fn windows(cell: Cell) -> vec4<bool> {
  let p = vec4u(cell.row, cell.row, cell.row - 1u, cell.row - 1u);
  let q = vec4u(cell.column, cell.column - 1u, cell.column, cell.column - 1u);
  return (p < vec4u(params.P)) & (q < vec4u(params.Q));
}

// Their places in dy; 0 for those that do not exist.
fn places(cell: Cell, exist: vec4<bool>) -> vec4u {
  let first = (cell.plane * params.P + cell.row) * params.Q + cell.column;
  return select(vec4u(0u), vec4u(first, first - 1u, first - params.Q, first - params.Q - 1u), exist);
}

fn gradients(at: vec4u, exist: vec4<bool>) -> vec4f {
  return select(vec4f(0.0), vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]), exist);
}

// Rows (columns) of pixel `d` of the cell within window 0 and window 1.
fn along(d: u32, stride: u32) -> vec2u {
  return vec2u(d, d + stride);
}

fn store(cell: Cell, dr: u32, ds: u32, terms: vec4f) {
  let h = i32(cell.row * params.stride_h + dr) - i32(params.pad_h);
  let w = i32(cell.column * params.stride_w + ds) - i32(params.pad_w);
  if (h < 0 || w < 0 || h >= i32(params.H) || w >= i32(params.W)) { return; }
  dx[(cell.plane * params.H + u32(h)) * params.W + u32(w)] = (terms.x + terms.y) + (terms.z + terms.w);
}

@compute @workgroup_size(WORKGROUP)
fn max_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.rows * params.columns) { return; }
  let cell = cell_of(i);
  let exist = windows(cell);
  let at = places(cell, exist);
  let grads = gradients(at, exist);
  let codes = select(vec4u(NONE), vec4u(chosen[at.x], chosen[at.y], chosen[at.z], chosen[at.w]), exist);
  for (var dr = 0u; dr < params.stride_h; dr++) {
    let r = along(dr, params.stride_h);
    for (var ds = 0u; ds < params.stride_w; ds++) {
      let s = along(ds, params.stride_w);
      // A row past the window has a code past all codes; a column past it would be the next row's.
      let hit = (codes == r.xxyy * params.S + s.xyxy) & (s.xyxy < vec4u(params.S));
      store(cell, dr, ds, select(vec4f(0.0), grads, hit));
    }
  }
}

// Real pixels of window `at` along one axis.
fn real(at: vec4u, stride: u32, pad: u32, window: u32, size: u32) -> vec4f {
  let begin = vec4i(at * stride) - i32(pad);
  return vec4f(min(begin + i32(window), vec4i(i32(size))) - max(begin, vec4i(0)));
}

@compute @workgroup_size(WORKGROUP)
fn average_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.rows * params.columns) { return; }
  let cell = cell_of(i);
  let exist = windows(cell);
  let p = vec4u(cell.row, cell.row, cell.row - 1u, cell.row - 1u);
  let q = vec4u(cell.column, cell.column - 1u, cell.column, cell.column - 1u);
  let pixels = real(p, params.stride_h, params.pad_h, params.R, params.H) * real(q, params.stride_w, params.pad_w, params.S, params.W);
  let grads = gradients(places(cell, exist), exist) / select(vec4f(1.0), pixels, exist);
  for (var dr = 0u; dr < params.stride_h; dr++) {
    let r = along(dr, params.stride_h);
    for (var ds = 0u; ds < params.stride_w; ds++) {
      let s = along(ds, params.stride_w);
      let inside = (r.xxyy < vec4u(params.R)) & (s.xyxy < vec4u(params.S));
      store(cell, dr, ds, select(vec4f(0.0), grads, inside));
    }
  }
}
