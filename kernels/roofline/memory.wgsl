// Roofline, memory and launches.
//   copy   y = x, a vec4 a thread and coalesced: bytes moved are twice the tensor's. Also what sweeps caches between cold samples
//   empty  one thread that does next to nothing: what a launch costs

struct Params {
  // vec4s
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

override WORKGROUP: u32 = 256u;

@compute @workgroup_size(WORKGROUP)
fn copy(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  y[i] = x[i];
}

@compute @workgroup_size(1)
fn empty() {
  y[0] = vec4f(f32(params.size));
}
