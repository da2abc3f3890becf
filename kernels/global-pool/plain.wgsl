// Global average pool: y[n,c] = mean of the plane; its gradient dx = dy / plane. LANES threads a plane, side by side in it, several
// planes a workgroup. Bytes a plane: 4 * size read (forward) or written (grad_input), which is all there is to do.
// On a CPU behind a GPU's interface one thread a plane spares the barriers of the tree, each of which costs as much as a dozen loads.

struct Params {
  planes: u32, size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

// Powers of two, LANES within WORKGROUP.
override WORKGROUP: u32 = 64u;
override LANES: u32 = 16u;

var<workgroup> shared_sums: array<f32, WORKGROUP>;

/// The plane of this thread; beyond the last where there is none.
fn plane_of(group: vec3u, groups: vec3u, thread: u32) -> u32 {
  return (group.x + group.y * groups.x) * (WORKGROUP / LANES) + thread / LANES;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let plane = plane_of(group, groups, thread);
  let lane = thread % LANES;
  var sum = 0.0;
  if (plane < params.planes) {
    for (var i = lane; i < params.size; i += LANES) { sum += x[plane * params.size + i]; }
  }
  if (LANES > 1u) {
    shared_sums[thread] = sum;
    for (var step = LANES / 2u; step > 0u; step /= 2u) {
      workgroupBarrier();
      if (lane < step) { shared_sums[thread] += shared_sums[thread + step]; }
    }
    sum = shared_sums[thread];
  }
  if (lane == 0u && plane < params.planes) { y[plane] = sum / f32(params.size); }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let plane = plane_of(group, groups, thread);
  if (plane >= params.planes) { return; }
  let share = dy[plane] / f32(params.size);
  for (var i = thread % LANES; i < params.size; i += LANES) { dx[plane * params.size + i] = share; }
}
