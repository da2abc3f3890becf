// Gradient of a bias over channels: db[k] = sum over n and the plane's pixels of dy[n,k,i]; the masked entries count only
// elements where mask > 0 (the gradient of a ReLU whose output mask is, without a pass that writes the masked dy).
// Two stages in a fixed order: the batch is cut into slabs, a workgroup sums one slab, `reduce` sums the slabs. With one
// slab the first stage writes db itself.
//   plane    images: a workgroup a channel and slab, threads side by side in the plane
//   column   dense outputs (plane = 1): a thread a channel and slab, coalesced over k

struct Params {
  N: u32, K: u32, plane: u32,
  // Samples a slab.
  slab: u32, slabs: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<f32>;
@group(0) @binding(3) var<storage, read> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> db: array<f32>;

// A power of two.
override WORKGROUP: u32 = 64u;

var<workgroup> shared_sums: array<f32, WORKGROUP>;

// Sum over the workgroup's threads, in thread 0.
fn tree(lane: u32, sum: f32) -> f32 {
  shared_sums[lane] = sum;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { shared_sums[lane] += shared_sums[lane + step]; }
  }
  return shared_sums[0];
}

@compute @workgroup_size(WORKGROUP)
fn plane(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let k = group.x;
  let end = min((group.y + 1u) * params.slab, params.N);
  var sum = 0.0;
  for (var i = lane; i < params.plane; i += WORKGROUP) {
    for (var n = group.y * params.slab; n < end; n++) {
      sum += dy[(n * params.K + k) * params.plane + i];
    }
  }
  let total = tree(lane, sum);
  if (lane == 0u) { db[group.y * params.K + k] = total; }
}

@compute @workgroup_size(WORKGROUP)
fn plane_masked(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let k = group.x;
  let end = min((group.y + 1u) * params.slab, params.N);
  var sum = 0.0;
  for (var i = lane; i < params.plane; i += WORKGROUP) {
    for (var n = group.y * params.slab; n < end; n++) {
      let at = (n * params.K + k) * params.plane + i;
      sum += select(dy[at], 0.0, mask[at] <= 0.0);
    }
  }
  let total = tree(lane, sum);
  if (lane == 0u) { db[group.y * params.K + k] = total; }
}

@compute @workgroup_size(WORKGROUP)
fn column(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= params.K) { return; }
  let end = min((id.y + 1u) * params.slab, params.N);
  var sum = 0.0;
  for (var n = id.y * params.slab; n < end; n++) { sum += dy[n * params.K + k]; }
  db[id.y * params.K + k] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn column_masked(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= params.K) { return; }
  let end = min((id.y + 1u) * params.slab, params.N);
  var sum = 0.0;
  for (var n = id.y * params.slab; n < end; n++) {
    let at = n * params.K + k;
    sum += select(dy[at], 0.0, mask[at] <= 0.0);
  }
  db[id.y * params.K + k] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn reduce(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= params.K) { return; }
  var sum = 0.0;
  for (var slab = 0u; slab < params.slabs; slab++) { sum += sums[slab * params.K + k]; }
  db[k] = sum;
}
