// relu, elementwise over flat tensors, four elements a thread.
//   forward            y = x where x > 0, else 0; NaN passes, so that a diverged network is seen
//   grad_input         dx = dy where y > 0, else 0 (the derivative at 0 is 0, so the output is mask enough)
//   grad_input_in_place  the same with dx holding dy before
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> mask: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

override WORKGROUP: u32 = 256u;

fn linear(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * WORKGROUP;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.size) { return; }
  let v = x[i];
  y[i] = select(v, vec4f(0.0), v <= vec4f(0.0));
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.size) { return; }
  dx[i] = select(dy[i], vec4f(0.0), mask[i] <= vec4f(0.0));
}

@compute @workgroup_size(WORKGROUP)
fn grad_input_in_place(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.size) { return; }
  dx[i] = select(dx[i], vec4f(0.0), mask[i] <= vec4f(0.0));
}
