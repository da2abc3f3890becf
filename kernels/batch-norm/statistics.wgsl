// Batch norm, the sums over a channel of x: N C plane, in a fixed order and without atomics. The batch is cut into slabs of
// samples; the first stage handles one slab, the second puts the slabs together.
//   moments   mean and sum of squares about it, of one channel and slab: two passes, so nothing cancels (the second is in cache)
//   combine   slabs -> mean, invstd and the running statistics (Chan, Golub and LeVeque 1979)
//   sums      of dy and of dy * xhat, of one channel and slab
//   total     slabs -> dbeta, dgamma
// Images: a workgroup a channel and slab, threads side by side in the plane. Dense outputs (plane = 1): a thread a channel and slab,
// coalesced over channels (`_column`). Samples from `count` on do not count.

struct Params {
  N: u32, C: u32, plane: u32,
  count: u32,
  // Samples a slab, and slabs.
  slab: u32, slabs: u32,
  epsilon: f32,
  // running = (1 - momentum) * running + momentum * batch
  momentum: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> batch_mean: array<f32>;
@group(0) @binding(4) var<storage, read> batch_invstd: array<f32>;
/// [slab][channel]: mean and squares, or sums of dy and dy * xhat.
@group(0) @binding(5) var<storage, read> slabs: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> mean: array<f32>;
@group(0) @binding(8) var<storage, read_write> invstd: array<f32>;
@group(0) @binding(9) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(10) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(11) var<storage, read_write> dgamma: array<f32>;
@group(0) @binding(12) var<storage, read_write> dbeta: array<f32>;

// A power of two.
override WORKGROUP: u32 = 64u;

var<workgroup> shared_sums: array<vec2f, WORKGROUP>;

/// Sum over the workgroup's threads, in all of them.
fn tree(lane: u32, sum: vec2f) -> vec2f {
  shared_sums[lane] = sum;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { shared_sums[lane] += shared_sums[lane + step]; }
  }
  let total = workgroupUniformLoad(&shared_sums[0]);
  return total;
}

/// Samples [x, y) of a slab that count.
fn samples(slab: u32) -> vec2u {
  return min(vec2u(slab, slab + 1u) * params.slab, vec2u(params.count));
}

@compute @workgroup_size(WORKGROUP)
fn moments(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let range = samples(group.y);
  let size = f32(max(1u, (range.y - range.x) * params.plane));
  var sum = 0.0;
  for (var n = range.x; n < range.y; n++) {
    let base = (n * params.C + group.x) * params.plane;
    for (var i = lane; i < params.plane; i += WORKGROUP) { sum += x[base + i]; }
  }
  let centre = tree(lane, vec2f(sum, 0.0)).x / size;
  var squares = 0.0;
  for (var n = range.x; n < range.y; n++) {
    let base = (n * params.C + group.x) * params.plane;
    for (var i = lane; i < params.plane; i += WORKGROUP) {
      let d = x[base + i] - centre;
      squares += d * d;
    }
  }
  let spread = tree(lane, vec2f(squares, 0.0)).x;
  if (lane == 0u) { parts[group.y * params.C + group.x] = vec2f(centre, spread); }
}

@compute @workgroup_size(WORKGROUP)
fn moments_column(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.C) { return; }
  let range = samples(id.y);
  var sum = 0.0;
  for (var n = range.x; n < range.y; n++) { sum += x[n * params.C + id.x]; }
  let centre = sum / f32(max(1u, range.y - range.x));
  var squares = 0.0;
  for (var n = range.x; n < range.y; n++) {
    let d = x[n * params.C + id.x] - centre;
    squares += d * d;
  }
  parts[id.y * params.C + id.x] = vec2f(centre, squares);
}

@compute @workgroup_size(WORKGROUP)
fn combine(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= params.C) { return; }
  var size = 0.0;
  var centre = 0.0;
  var squares = 0.0;
  for (var slab = 0u; slab < params.slabs; slab++) {
    let range = samples(slab);
    let more = f32((range.y - range.x) * params.plane);
    if (more == 0.0) { break; }
    let part = slabs[slab * params.C + c];
    let all = size + more;
    let d = part.x - centre;
    centre += d * (more / all);
    squares += part.y + d * d * (size * more / all);
    size = all;
  }
  mean[c] = centre;
  invstd[c] = inverseSqrt(squares / size + params.epsilon);
  running_mean[c] += params.momentum * (centre - running_mean[c]);
  running_var[c] += params.momentum * (squares / max(1.0, size - 1.0) - running_var[c]);
}

@compute @workgroup_size(WORKGROUP)
fn sums(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let range = samples(group.y);
  let centre = batch_mean[group.x];
  var sum = vec2f();
  for (var n = range.x; n < range.y; n++) {
    let base = (n * params.C + group.x) * params.plane;
    for (var i = lane; i < params.plane; i += WORKGROUP) { sum += dy[base + i] * vec2f(1.0, x[base + i] - centre); }
  }
  let total = tree(lane, sum);
  if (lane == 0u) { parts[group.y * params.C + group.x] = total; }
}

@compute @workgroup_size(WORKGROUP)
fn sums_column(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.C) { return; }
  let range = samples(id.y);
  let centre = batch_mean[id.x];
  var sum = vec2f();
  for (var n = range.x; n < range.y; n++) { sum += dy[n * params.C + id.x] * vec2f(1.0, x[n * params.C + id.x] - centre); }
  parts[id.y * params.C + id.x] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn total(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= params.C) { return; }
  var sum = vec2f();
  for (var slab = 0u; slab < params.slabs; slab++) { sum += slabs[slab * params.C + c]; }
  dbeta[c] = sum.x;
  dgamma[c] = sum.y * batch_invstd[c];
}
