// The factor that clips a gradient by its global norm (Pascanu, Mikolov and Bengio 2013), for an optimizer to read:
//   squares  parts[group] = sum of grad^2 over the group's vec4s      scale  clip = [min(1, limit / norm), norm], norm = sqrt(sum of parts)
// No atomics: a thread adds its vec4s in order, a workgroup its threads as a tree, `scale` the workgroups as the same tree; so the
// same gradient gives the same bits. 4 bytes move for an FMA: one read of the gradient, nothing is read back.
// A norm beyond f32 (a gradient above 1e19) clips to zero, as PyTorch does; one that is no number stays one, and training says so.

struct Params {
  // vec4s of grad; parts.
  size: u32, parts: u32,
  limit: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;
@group(0) @binding(4) var<storage, read_write> clip: array<f32>;

const WORKGROUP: u32 = 256u;

var<workgroup> tree: array<f32, WORKGROUP>;

fn total(thread: u32, mine: f32) -> f32 {
  tree[thread] = mine;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { tree[thread] += tree[thread + half]; }
  }
  workgroupBarrier();
  return tree[0];
}

@compute @workgroup_size(WORKGROUP)
fn squares(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  var sum = vec4f();
  for (var i = group.x * WORKGROUP + thread; i < params.size; i += groups.x * WORKGROUP) { sum += grad[i] * grad[i]; }
  let all = total(thread, (sum.x + sum.y) + (sum.z + sum.w));
  if (thread == 0u) { parts[group.x] = all; }
}

/// One workgroup; at most as many parts as threads.
@compute @workgroup_size(WORKGROUP)
fn scale(@builtin(local_invocation_index) thread: u32) {
  var mine = 0.0;
  if (thread < params.parts) { mine = sums[thread]; }
  let norm = sqrt(total(thread, mine));
  if (thread == 0u) {
    var factor = params.limit / norm;
    if (norm <= params.limit) { factor = 1.0; }
    clip[0] = factor;
    clip[1] = norm;
  }
}
