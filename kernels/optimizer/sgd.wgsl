// SGD with momentum and L2 decay over one flat tensor, four weights a thread (PyTorch's convention):
//   g = grad + decay*w;  v = momentum*v + g;  w = w - rate*v, or with NESTEROV w - rate*(g + momentum*v)
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
  rate: f32, momentum: f32, decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;

override WORKGROUP: u32 = 256u;
override NESTEROV: bool = false;

@compute @workgroup_size(WORKGROUP)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  let w = weights[i];
  let g = grad[i] + params.decay * w;
  let v = params.momentum * velocity[i] + g;
  velocity[i] = v;
  var direction = v;
  if (NESTEROV) { direction = g + params.momentum * v; }
  weights[i] = w - params.rate * direction;
}
