// Softmax cross-entropy for many classes, a workgroup a row; formulas, stats and NaN as in narrow.wgsl. Each row's part of
// the stats goes to `parts`, which `reduce` (one workgroup) adds to stats in a fixed order.
// At 10,000 classes a row is 40 KB: the second and third pass over it come from cache.

struct Params { rows: u32, classes: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> parts: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> stats: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dlogits: array<f32>;

// A power of two.
override WORKGROUP: u32 = 64u;

const LOWEST: f32 = -3.4028234e38;

struct Row { max: f32, first: u32, sum: f32, bad: bool }

var<workgroup> maxima: array<f32, WORKGROUP>;
var<workgroup> firsts: array<u32, WORKGROUP>;
var<workgroup> sums: array<f32, WORKGROUP>;
var<workgroup> totals: array<vec4f, WORKGROUP>;
var<workgroup> bad_logits: atomic<u32>;

// By bits: a compiler may assume that values are finite.
fn is_finite(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u;
}

fn keep_larger(a: u32, b: u32) {
  if (maxima[b] > maxima[a] || (maxima[b] == maxima[a] && firsts[b] < firsts[a])) {
    maxima[a] = maxima[b];
    firsts[a] = firsts[b];
  }
}

// The largest logit and its first place, over the workgroup.
fn reduce_max(lane: u32) {
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { keep_larger(lane, lane + step); }
  }
  workgroupBarrier();
}

fn row_of(n: u32, lane: u32) -> Row {
  let begin = n * params.classes;
  var highest = LOWEST;
  var first = params.classes;
  var bad = false;
  for (var c = lane; c < params.classes; c += WORKGROUP) {
    let z = logits[begin + c];
    bad = bad || !is_finite(z);
    if (z > highest) {
      highest = z;
      first = c;
    }
  }
  maxima[lane] = highest;
  firsts[lane] = first;
  if (bad) { atomicOr(&bad_logits, 1u); }
  reduce_max(lane);
  highest = maxima[0];
  var sum = 0.0;
  for (var c = lane; c < params.classes; c += WORKGROUP) { sum += exp(logits[begin + c] - highest); }
  sums[lane] = sum;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { sums[lane] += sums[lane + step]; }
  }
  workgroupBarrier();
  return Row(maxima[0], firsts[0], sums[0], atomicLoad(&bad_logits) != 0u);
}

fn stats_of(n: u32, row: Row) -> vec4f {
  let label = labels[n];
  var loss = log(row.sum) + (row.max - logits[n * params.classes + label]);
  if (row.bad) { loss = bitcast<f32>(0x7fc00000u | params.rows); }
  return vec4f(loss, select(0.0, 1.0, row.first == label), 1.0, select(0.0, 1.0, row.bad));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.count) { return; }
  let row = row_of(n, lane);
  if (lane == 0u) { parts[n] = stats_of(n, row); }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.rows) { return; }
  let begin = n * params.classes;
  if (n >= params.count) {
    for (var c = lane; c < params.classes; c += WORKGROUP) { dlogits[begin + c] = 0.0; }
    return;
  }
  let row = row_of(n, lane);
  if (lane == 0u) { parts[n] = stats_of(n, row); }
  let label = labels[n];
  for (var c = lane; c < params.classes; c += WORKGROUP) {
    let p = exp(logits[begin + c] - row.max) / row.sum;
    dlogits[begin + c] = (p - select(0.0, 1.0, c == label)) / f32(params.count);
  }
}

@compute @workgroup_size(WORKGROUP)
fn reduce(@builtin(local_invocation_index) lane: u32) {
  var total = vec4f(0.0);
  for (var n = lane; n < params.count; n += WORKGROUP) { total += parts[n]; }
  totals[lane] = total;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { totals[lane] += totals[lane + step]; }
  }
  if (lane == 0u) { stats[0] += totals[0]; }
}
