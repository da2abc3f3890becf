// Global average pool: y[n,c] = mean of the plane; its gradient dx = dy / plane. A workgroup a plane, threads side by side in it.
// Bytes a plane: 4 * size read (forward) or written (grad_input), which is all there is to do.

struct Params {
  planes: u32, size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

// A power of two.
override WORKGROUP: u32 = 32u;

var<workgroup> shared_sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let plane = group.x + group.y * groups.x;
  if (plane >= params.planes) { return; }
  var sum = 0.0;
  for (var i = lane; i < params.size; i += WORKGROUP) { sum += x[plane * params.size + i]; }
  shared_sums[lane] = sum;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { shared_sums[lane] += shared_sums[lane + step]; }
  }
  if (lane == 0u) { y[plane] = shared_sums[0] / f32(params.size); }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let plane = group.x + group.y * groups.x;
  if (plane >= params.planes) { return; }
  let share = dy[plane] / f32(params.size);
  for (var i = lane; i < params.size; i += WORKGROUP) { dx[plane * params.size + i] = share; }
}
