// ensemble loss: of one score a row against its target, a member a workgroup, and its gradient; s = scores, t = targets, n = count:
//   squares  sum (s_i - t_i)^2 / n                                            ds_i = 2 (s_i - t_i) / n
//   pairs    sum over t_i > t_j of log(1 + exp(s_j - s_i)) / pairs            ds_i = (sum over t_j > t_i of q_ji - sum over t_j < t_i of q_ij) / pairs
//            with q_ij = 1 / (1 + exp(s_i - s_j)), pairs = ordered pairs of the batch (RankNet, Burges et al. 2005)
// stats[e] += the loss, for a reader who wants to see divergence. Rows past `count` have no gradient. A thread takes rows i, i + WORKGROUP, ...
// and all of their pairs; sums run in a fixed order. exp's argument is clamped, so that it never overflows.

struct Params {
  // Rows a member.
  B: u32,
  start: u32, count: u32, order_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> dscores: array<f32>;
@group(0) @binding(5) var<storage, read_write> stats: array<f32>;

const WORKGROUP: u32 = 64u;

var<workgroup> tree: array<f32, WORKGROUP>;

fn total(thread: u32, mine: f32) -> f32 {
  workgroupBarrier();
  tree[thread] = mine;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { tree[thread] += tree[thread + half]; }
  }
  workgroupBarrier();
  return tree[0];
}

fn target_of(e: u32, i: u32) -> f32 {
  return targets[order[e * params.order_step + params.start + i]];
}

@compute @workgroup_size(WORKGROUP)
fn squares(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let e = group.x;
  let scale = 1.0 / f32(params.count);
  var sum = 0.0;
  for (var i = thread; i < params.B; i += WORKGROUP) {
    var off = 0.0;
    if (i < params.count) { off = scores[e * params.B + i] - target_of(e, i); }
    sum += off * off;
    dscores[e * params.B + i] = 2.0 * off * scale;
  }
  let all = total(thread, sum);
  if (thread == 0u) { stats[e] += all * scale; }
}

/// 1 / (1 + exp(x)); beyond 80 exp would overflow and the share is 0 in f32.
fn share(x: f32) -> f32 {
  return 1.0 / (1.0 + exp(clamp(x, -80.0, 80.0)));
}

/// NaN goes through by the logarithm.
fn loss_of(margin: f32) -> f32 {
  return max(-margin, 0.0) + log(1.0 + exp(-abs(margin)));
}

@compute @workgroup_size(WORKGROUP)
fn pairs(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let e = group.x;
  var count = 0.0;
  var sum = 0.0;
  for (var i = thread; i < params.count; i += WORKGROUP) {
    let t = target_of(e, i);
    let s = scores[e * params.B + i];
    for (var j = 0u; j < params.count; j++) {
      if (t > target_of(e, j)) {
        count += 1.0;
        sum += loss_of(s - scores[e * params.B + j]);
      }
    }
  }
  let scale = 1.0 / max(total(thread, count), 1.0);
  let all = total(thread, sum);
  if (thread == 0u) { stats[e] += all * scale; }
  for (var i = thread; i < params.B; i += WORKGROUP) {
    var gradient = 0.0;
    if (i < params.count) {
      let t = target_of(e, i);
      let s = scores[e * params.B + i];
      for (var j = 0u; j < params.count; j++) {
        let other = target_of(e, j);
        let margin = s - scores[e * params.B + j];
        if (t > other) { gradient -= share(margin); }
        if (t < other) { gradient += share(-margin); }
      }
    }
    dscores[e * params.B + i] = gradient * scale;
  }
}
