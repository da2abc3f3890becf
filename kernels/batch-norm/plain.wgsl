// Batch norm (Ioffe and Szegedy 2015), the passes over elements of x: N C plane. Sums over a channel are in statistics.wgsl.
//   forward     y = (x - mean[c]) * invstd[c] * gamma[c] + beta[c]
//   inference   the same with the running statistics, invstd = 1 / sqrt(running_var + epsilon)
//   grad_input  dx = gamma * invstd * (dy - dbeta / M - xhat * dgamma / M) with xhat = (x - mean) * invstd, M = count * plane;
//               samples from `count` on are no part of the batch and get 0
// A thread an element. Images run along the plane, dense outputs (COLUMN: plane = 1) along the channels: coalesced either way. No
// integer division: channel and sample are coordinates of the grid. Bytes an element: 8 forward, 12 backward.

struct Params {
  N: u32, C: u32, plane: u32,
  // Samples of the batch that count.
  count: u32,
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

struct Place { inside: bool, n: u32, c: u32, at: u32 }

fn place(id: vec3u) -> Place {
  if (COLUMN) { return Place(id.x < params.C, id.y, id.x, id.y * params.C + id.x); }
  return Place(id.x < params.plane, id.z, id.y, (id.z * params.C + id.y) * params.plane + id.x);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let p = place(id);
  if (!p.inside) { return; }
  y[p.at] = (x[p.at] - mean[p.c]) * invstd[p.c] * gamma[p.c] + beta[p.c];
}

@compute @workgroup_size(WORKGROUP)
fn inference(@builtin(global_invocation_id) id: vec3u) {
  let p = place(id);
  if (!p.inside) { return; }
  y[p.at] = (x[p.at] - running_mean[p.c]) * inverseSqrt(running_var[p.c] + params.epsilon) * gamma[p.c] + beta[p.c];
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u) {
  let p = place(id);
  if (!p.inside) { return; }
  if (p.n >= params.count) {
    dx[p.at] = 0.0;
    return;
  }
  let share = 1.0 / f32(params.count * params.plane);
  let normalised = (x[p.at] - mean[p.c]) * invstd[p.c];
  dx[p.at] = gamma[p.c] * invstd[p.c] * (dy[p.at] - (dbeta[p.c] + normalised * dgamma[p.c]) * share);
}
