// ensemble bias: gradient of each member's bias, db[e,k] = sum over the batch's rows b of dy[e,b,k] in their order. A thread a member and column,
// coalesced over k; batches are short, so a sum is not worth splitting.

struct Params {
  // Members, rows, columns.
  E: u32, B: u32, K: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> db: array<f32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn grad_weight(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.E * params.K) { return; }
  let e = id.x / params.K;
  let k = id.x % params.K;
  var sum = 0.0;
  for (var b = 0u; b < params.B; b++) { sum += dy[(e * params.B + b) * params.K + k]; }
  db[id.x] = sum;
}
