// add, elementwise over flat tensors, four elements a thread: y = a + b, or relu of it (NaN passes, so that a diverged network is
// seen); accumulate: y = y + a. A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes.
// Bytes an element: 12 for one addition; nothing to tile.

struct Params {
  // vec4s
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

override WORKGROUP: u32 = 256u;
override RELU: bool = false;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  var sum = a[i] + b[i];
  if (RELU) { sum = select(sum, vec4f(), sum <= vec4f()); }
  y[i] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn accumulate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  y[i] += a[i];
}
