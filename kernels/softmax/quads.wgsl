// Softmax cross-entropy for many classes in fours, a workgroup a row; formulas, stats and NaN as in narrow.wgsl, parts as in
// wide.wgsl. Classes are a multiple of 4: a row begins on a vec4.
// Three passes over a row, of which the second and third come from cache: the largest logit, the sum of exp, the gradient. With
// POWERS the second leaves exp in dlogits for the third: on lavapipe a vec4 store costs 19 ns and four exp some 60; a GPU,
// where exp is free and bytes are not, computes it again.

struct Params { rows: u32, classes: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> parts: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<vec4f>;

// A power of two.
override WORKGROUP: u32 = 64u;
override POWERS: bool = false;

const LOWEST: f32 = -3.4028234e38;
const EXPONENT: u32 = 0x7f800000u;

struct Row { max: f32, first: u32, sum: f32, bad: bool }

var<workgroup> maxima: array<f32, WORKGROUP>;
var<workgroup> firsts: array<u32, WORKGROUP>;
// The largest exponent bits: EXPONENT where a logit is not finite.
var<workgroup> exponents: array<u32, WORKGROUP>;
var<workgroup> sums: array<f32, WORKGROUP>;

fn keep_larger(a: u32, b: u32) {
  exponents[a] = max(exponents[a], exponents[b]);
  if (maxima[b] > maxima[a] || (maxima[b] == maxima[a] && firsts[b] < firsts[a])) {
    maxima[a] = maxima[b];
    firsts[a] = firsts[b];
  }
}

// A lane's largest logit of each component goes into the workgroup's, and the first place of it.
fn find_max(begin: u32, lane: u32) {
  var highest = vec4f(LOWEST);
  var first = vec4u(params.classes);
  var exponent = vec4u();
  for (var q = lane; q < params.classes / 4u; q += WORKGROUP) {
    let z = logits[begin + q];
    // By bits: a compiler may assume that values are finite.
    exponent = max(exponent, bitcast<vec4u>(z) & vec4u(EXPONENT));
    first = select(first, vec4u(q), z > highest);
    highest = max(highest, z);
  }
  let places = min(first * 4u + vec4u(0u, 1u, 2u, 3u), vec4u(params.classes));
  let top = max(max(highest.x, highest.y), max(highest.z, highest.w));
  let candidates = select(vec4u(params.classes), places, highest == vec4f(top));
  maxima[lane] = top;
  firsts[lane] = min(min(candidates.x, candidates.y), min(candidates.z, candidates.w));
  exponents[lane] = max(max(exponent.x, exponent.y), max(exponent.z, exponent.w));
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { keep_larger(lane, lane + step); }
  }
  workgroupBarrier();
}

fn reduce_sum(lane: u32, sum: vec4f) {
  sums[lane] = (sum.x + sum.y) + (sum.z + sum.w);
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { sums[lane] += sums[lane + step]; }
  }
  workgroupBarrier();
}

fn store_stats(n: u32, label: u32) {
  let logit = logits[n * (params.classes / 4u) + label / 4u][label % 4u];
  var loss = log(sums[0]) + (maxima[0] - logit);
  let bad = exponents[0] == EXPONENT;
  if (bad) { loss = bitcast<f32>(0x7fc00000u | params.rows); }
  parts[n] = vec4f(loss, select(0.0, 1.0, firsts[0] == label), 1.0, select(0.0, 1.0, bad));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.count) { return; }
  let begin = n * (params.classes / 4u);
  find_max(begin, lane);
  var sum = vec4f();
  for (var q = lane; q < params.classes / 4u; q += WORKGROUP) { sum += exp(logits[begin + q] - maxima[0]); }
  reduce_sum(lane, sum);
  if (lane == 0u) { store_stats(n, labels[n]); }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.rows) { return; }
  let quads = params.classes / 4u;
  let begin = n * quads;
  if (n >= params.count) {
    for (var q = lane; q < quads; q += WORKGROUP) { dlogits[begin + q] = vec4f(); }
    return;
  }
  find_max(begin, lane);
  var sum = vec4f();
  for (var q = lane; q < quads; q += WORKGROUP) {
    let power = exp(logits[begin + q] - maxima[0]);
    if (POWERS) { dlogits[begin + q] = power; }
    sum += power;
  }
  reduce_sum(lane, sum);
  let label = labels[n];
  if (lane == 0u) { store_stats(n, label); }
  let share = 1.0 / f32(params.count);
  let scale = share / sums[0];
  for (var q = lane; q < quads; q += WORKGROUP) {
    let at = begin + q;
    if (POWERS) { dlogits[at] *= scale; } else { dlogits[at] = exp(logits[at] - maxima[0]) * scale; }
  }
  // By the lane that wrote it.
  if (label / 4u % WORKGROUP == lane) { dlogits[begin + label / 4u][label % 4u] -= share; }
}
