// inference, own model: rows that each meet a model of their own, all of one kind, packed into one buffer: the live curves of a study, one
// regression a number of seen epochs. A workgroup a row, its threads side by side over columns (linear) or support vectors (RBF):
//   linear  y[n] = m[0] + sum over c of m[1 + c] x[c]
//   RBF     y[n] = m[0] + sum over s of m[2 + s] exp(-m[1] sum over c of (x[c] - m[2 + terms + c * terms + s])^2)
// with m and x at the row's own offsets; support vectors lie side by side, so that neighbouring threads read neighbouring numbers.
// Partial sums are added in a tree. A study has tens or hundreds of live curves, so what counts is one launch instead of one a model (17 to
// 50 us each on lavapipe, 5 on a card): nothing is tiled, and each number of a model is read once a row, 3 operations a number.

struct Params {
  rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
/// Where the row's numbers and its model begin; columns; support vectors (0 where linear).
@group(0) @binding(1) var<storage, read> rows: array<vec4u>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> models: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

/// A power of 2.
override WORKGROUP: u32 = 64u;
override RBF: bool = false;

var<workgroup> parts: array<f32, WORKGROUP>;

fn linear(row: vec4u, thread: u32) -> f32 {
  var sum = 0.0;
  for (var c = thread; c < row.z; c += WORKGROUP) { sum = fma(models[row.y + 1u + c], x[row.x + c], sum); }
  return sum;
}

fn rbf(row: vec4u, thread: u32) -> f32 {
  let gamma = models[row.y + 1u];
  let support = row.y + 2u + row.w;
  var sum = 0.0;
  for (var s = thread; s < row.w; s += WORKGROUP) {
    var distance = 0.0;
    for (var c = 0u; c < row.z; c++) {
      let difference = x[row.x + c] - models[support + c * row.w + s];
      distance = fma(difference, difference, distance);
    }
    sum = fma(models[row.y + 2u + s], exp(-gamma * distance), sum);
  }
  return sum;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.rows) { return; }
  let row = rows[n];
  if (RBF) { parts[thread] = rbf(row, thread); } else { parts[thread] = linear(row, thread); }
  for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { parts[thread] += parts[thread + width]; }
  }
  if (thread == 0u) { y[n] = models[row.y] + parts[0]; }
}
