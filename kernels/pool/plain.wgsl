// pool, plain: one thread an element of the result; any window, stride and padding, overlapping windows too.
//   max_forward      y[n,c,p,q] = max over the window's real pixels x[n,c,p*stride_h+r-pad_h,q*stride_w+s-pad_w]; ReLU after it on request
//   max_forward_chosen  the same, and chosen[n,c,p,q] = r*S+s of the first maximum, or NONE where ReLU lets no gradient through
//   max_grad_input   dx[n,c,h,w] = sum of dy over the windows that chose (h,w): a gather, so no atomics and a fixed order
//   average_forward  y = mean over the window's real pixels: padding is not counted (TensorFlow's convention; Caffe counts it)
//   average_grad_input  dx[n,c,h,w] = sum over the windows around (h,w) of dy / their number of real pixels
// Planes are n*C+c. Padding is smaller than the window, so that every window has a real pixel.

struct Params {
  planes: u32, H: u32, W: u32,
  R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32,
  // 1 / (rows x columns) and 1 / columns of what a thread is one element of; 1 / stride_h, 1 / stride_w
  per_plane: f32, per_row: f32, per_stride_h: f32, per_stride_w: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 256u;
override RELU: bool = false;

const NONE: u32 = 0xffffffffu;

struct Pixel { plane: u32, row: u32, column: u32 }
struct Best { value: f32, code: u32 }
// Bounds of a loop over rows or columns, `end` excluded.
struct Span { begin: u32, end: u32 }

fn linear(id: vec3u, groups: vec3u) -> u32 { return id.x + id.y * groups.x * WORKGROUP; }

// a / b by a reciprocal, 4 ns a subgroup on lavapipe where a whole division costs 19. The product is off by less than one
// while the quotient stays below 2^22, and the remainder says which way.
fn divide(a: u32, b: u32, per_b: f32) -> u32 {
  let quotient = i32(f32(i32(a)) * per_b);
  let rest = i32(a) - quotient * i32(b);
  return u32(select(select(quotient, quotient + 1, rest >= i32(b)), quotient - 1, rest < 0));
}

fn pixel(i: u32, rows: u32, columns: u32) -> Pixel {
  let plane = divide(i, rows * columns, params.per_plane);
  let rest = i - plane * rows * columns;
  let row = divide(rest, columns, params.per_row);
  return Pixel(plane, row, rest - row * columns);
}

// By bits: a compiler may assume that v == v.
fn is_nan(v: f32) -> bool { return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u; }

// Input rows (columns) under output row (column) `at`.
fn under(at: u32, stride: u32, pad: u32, window: u32, size: u32) -> Span {
  let begin = i32(at * stride) - i32(pad);
  return Span(u32(max(begin, 0)), u32(min(begin + i32(window), i32(size))));
}

// Output rows (columns) whose window covers input row (column) `at`.
fn over(at: u32, stride: u32, per_stride: f32, pad: u32, window: u32, size: u32) -> Span {
  let padded = at + pad;
  let begin = select(divide(padded - window, stride, per_stride) + 1u, 0u, padded < window);
  return Span(begin, min(divide(padded, stride, per_stride) + 1u, size));
}

fn best_of(at: Pixel) -> Best {
  let rows = under(at.row, params.stride_h, params.pad_h, params.R, params.H);
  let columns = under(at.column, params.stride_w, params.pad_w, params.S, params.W);
  var best = Best(0.0, NONE);
  for (var h = rows.begin; h < rows.end; h++) {
    for (var w = columns.begin; w < columns.end; w++) {
      let v = x[(at.plane * params.H + h) * params.W + w];
      if (best.code == NONE || v > best.value || is_nan(v)) {
        best = Best(v, (h + params.pad_h - at.row * params.stride_h) * params.S + w + params.pad_w - at.column * params.stride_w);
      }
    }
  }
  if (RELU && best.value <= 0.0) { best = Best(0.0, NONE); }
  return best;
}

@compute @workgroup_size(WORKGROUP)
fn max_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.P * params.Q) { return; }
  y[i] = best_of(pixel(i, params.P, params.Q)).value;
}

@compute @workgroup_size(WORKGROUP)
fn max_forward_chosen(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.P * params.Q) { return; }
  let best = best_of(pixel(i, params.P, params.Q));
  y[i] = best.value;
  chosen[i] = best.code;
}

@compute @workgroup_size(WORKGROUP)
fn max_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.H * params.W) { return; }
  let at = pixel(i, params.H, params.W);
  let rows = over(at.row, params.stride_h, params.per_stride_h, params.pad_h, params.R, params.P);
  let columns = over(at.column, params.stride_w, params.per_stride_w, params.pad_w, params.S, params.Q);
  var sum = 0.0;
  for (var p = rows.begin; p < rows.end; p++) {
    for (var q = columns.begin; q < columns.end; q++) {
      let o = (at.plane * params.P + p) * params.Q + q;
      let code = (at.row + params.pad_h - p * params.stride_h) * params.S + at.column + params.pad_w - q * params.stride_w;
      if (chosen[o] == code) { sum += dy[o]; }
    }
  }
  dx[i] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn average_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.P * params.Q) { return; }
  let at = pixel(i, params.P, params.Q);
  let rows = under(at.row, params.stride_h, params.pad_h, params.R, params.H);
  let columns = under(at.column, params.stride_w, params.pad_w, params.S, params.W);
  var sum = 0.0;
  for (var h = rows.begin; h < rows.end; h++) {
    for (var w = columns.begin; w < columns.end; w++) {
      sum += x[(at.plane * params.H + h) * params.W + w];
    }
  }
  y[i] = sum / f32((rows.end - rows.begin) * (columns.end - columns.begin));
}

@compute @workgroup_size(WORKGROUP)
fn average_grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.planes * params.H * params.W) { return; }
  let at = pixel(i, params.H, params.W);
  let rows = over(at.row, params.stride_h, params.per_stride_h, params.pad_h, params.R, params.P);
  let columns = over(at.column, params.stride_w, params.per_stride_w, params.pad_w, params.S, params.Q);
  var sum = 0.0;
  for (var p = rows.begin; p < rows.end; p++) {
    let r = under(p, params.stride_h, params.pad_h, params.R, params.H);
    for (var q = columns.begin; q < columns.end; q++) {
      let s = under(q, params.stride_w, params.pad_w, params.S, params.W);
      sum += dy[(at.plane * params.P + p) * params.Q + q] / f32((r.end - r.begin) * (s.end - s.begin));
    }
  }
  dx[i] = sum;
}
