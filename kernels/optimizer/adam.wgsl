// Adam (Kingma and Ba 2015) over one flat tensor, four weights a thread; decay as L2 in the gradient, or decoupled (AdamW):
//   g = grad + coupled_decay*w;  m = m + (1-beta1)*(g-m);  v = v + (1-beta2)*(g*g-v)
//   w = keep*w - step*m / (sqrt(v)*root + epsilon)
// with step = rate/(1-beta1^t), root = 1/sqrt(1-beta2^t), keep = 1 - rate*decay where decoupled, else 1: all three change
// with t and are computed in f64 by the caller, since pow and 1-x are inaccurate here.
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
  step: f32, root: f32, keep: f32, coupled_decay: f32,
  // 1 - beta1, 1 - beta2
  first_rate: f32, second_rate: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> second: array<vec4f>;

override WORKGROUP: u32 = 256u;

@compute @workgroup_size(WORKGROUP)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  let w = weights[i];
  let g = grad[i] + params.coupled_decay * w;
  let m = first[i] + params.first_rate * (g - first[i]);
  let v = second[i] + params.second_rate * (g * g - second[i]);
  first[i] = m;
  second[i] = v;
  weights[i] = params.keep * w - params.step * m / (sqrt(v) * params.root + params.epsilon);
}
