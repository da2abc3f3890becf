// dropout: y = x / (1 - rate) where the element's random number is at least rate * 2^32, else 0, four elements a thread.
// The numbers are a hash of (element, step, stream, seed), so the same launch over dy is the gradient and no mask is stored.
// Hash: pcg4d, Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020.

struct Params {
  // vec4 of x.
  size: u32,
  seed: u32, stream: u32, step: u32,
  // rate * 2^32, and 1 / (1 - rate).
  threshold: u32, scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

override WORKGROUP: u32 = 256u;

fn pcg4d(counter: vec4u) -> vec4u {
  var v = counter * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  return v;
}

/// 1 / (1 - rate) or 0 for each of four elements.
fn factors(i: u32) -> vec4f {
  let random = pcg4d(vec4u(i, params.step, params.stream, params.seed));
  return select(vec4f(), vec4f(params.scale), random >= vec4u(params.threshold));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i < params.size) { y[i] = x[i] * factors(i); }
}

@compute @workgroup_size(WORKGROUP)
fn in_place(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i < params.size) { y[i] *= factors(i); }
}
