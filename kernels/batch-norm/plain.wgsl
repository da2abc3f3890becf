// Batch norm (Ioffe and Szegedy 2015), the passes over elements of x: N C plane. Sums over a channel are in statistics.wgsl.
//   forward     y = (x - mean[c]) * invstd[c] * gamma[c] + beta[c]
//               or relu of it (RELU)
//   inference   the same with the running statistics, invstd = 1 / sqrt(running_var + epsilon)
//   grad_input  dx = gamma * invstd * (dy - dbeta / M - xhat * dgamma / M) with xhat = (x - mean) * invstd, M = count * plane;
//               samples from `count` on are no part of the batch and get 0
// A workgroup has up to PASSES * WORKGROUP elements of one channel, in `samples` planes where they are small, so a channel's
// constants are loaded once for many elements; dense outputs (COLUMN: plane = 1) run along the channels, `samples` of them a thread. Coalesced either way, no integer
// division: channel and sample are coordinates of the grid. Bytes an element: 8 forward, 12 backward.

struct Params {
  N: u32, C: u32, plane: u32,
  // Samples of the batch that count; samples a workgroup.
  count: u32, samples: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> gamma: array<f32>;
@group(0) @binding(4) var<storage, read> beta: array<f32>;
@group(0) @binding(5) var<storage, read> mean: array<f32>;
@group(0) @binding(6) var<storage, read> invstd: array<f32>;
@group(0) @binding(7) var<storage, read> running_mean: array<f32>;
@group(0) @binding(8) var<storage, read> running_var: array<f32>;
@group(0) @binding(9) var<storage, read> dgamma: array<f32>;
@group(0) @binding(10) var<storage, read> dbeta: array<f32>;
@group(0) @binding(11) var<storage, read_write> y: array<f32>;
@group(0) @binding(12) var<storage, read_write> dx: array<f32>;

override WORKGROUP: u32 = 64u;
override COLUMN: bool = false;
override RELU: bool = false;
const PASSES: u32 = 16u;

/// Where a thread works: its channel, the samples [first, end), and within each the elements from `start` to `to`, `step` apart.
struct Place { c: u32, first: u32, end: u32, start: u32, to: u32, step: u32 }

fn place(group: vec3u, lane: u32) -> Place {
  if (COLUMN) {
    let c = group.x * WORKGROUP + lane;
    let first = group.y * params.samples;
    // Threads past the last channel have no samples.
    let end = select(first, min(first + params.samples, params.N), c < params.C);
    return Place(min(c, params.C - 1u), first, end, 0u, 1u, 1u);
  }
  let start = group.x * WORKGROUP * PASSES;
  let first = group.z * params.samples;
  return Place(group.y, first, min(first + params.samples, params.N), start + lane, min(start + WORKGROUP * PASSES, params.plane), WORKGROUP);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(group, lane);
  normalise(p, mean[p.c], invstd[p.c]);
}

@compute @workgroup_size(WORKGROUP)
fn inference(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(group, lane);
  normalise(p, running_mean[p.c], inverseSqrt(running_var[p.c] + params.epsilon));
}

fn normalise(p: Place, centre: f32, inverse: f32) {
  let scale = gamma[p.c];
  let shift = beta[p.c];
  for (var n = p.first; n < p.end; n++) {
    let base = (n * params.C + p.c) * params.plane;
    for (var i = p.start; i < p.to; i += p.step) {
      let value = (x[base + i] - centre) * inverse * scale + shift;
      // NaN passes, so that a diverged network is seen.
      y[base + i] = select(value, 0.0, RELU && value <= 0.0);
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(group, lane);
  let share = 1.0 / f32(params.count * params.plane);
  let centre = mean[p.c];
  let inverse = invstd[p.c];
  let factor = gamma[p.c] * inverse;
  let sum = dbeta[p.c];
  let product = dgamma[p.c];
  for (var n = p.first; n < p.end; n++) {
    let base = (n * params.C + p.c) * params.plane;
    let counts = n < params.count;
    for (var i = p.start; i < p.to; i += p.step) {
      let normalised = (x[base + i] - centre) * inverse;
      let value = factor * (dy[base + i] - (sum + normalised * product) * share);
      dx[base + i] = select(0.0, value, counts);
    }
  }
}
