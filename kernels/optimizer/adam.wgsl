// Adam (Kingma and Ba 2015) over one flat tensor, four weights a thread; decay as L2 in the gradient, or DECOUPLED (AdamW,
// Loshchilov and Hutter 2019):
//   g = clip*grad + decay*w;  m = m + (1-beta1)*(g-m);  v = v + (1-beta2)*(g*g-v)
//   w = w - rate*correction*m / (sqrt(v)*root + epsilon)
//   DECOUPLED: g = clip*grad, and rate*decay*w is taken off w besides
// with correction = 1/(1-beta1^t), root = 1/sqrt(1-beta2^t): both change with t and are computed in f64 by the caller, since pow
// and 1-x are inaccurate here. CLIP and FACTORS as in sgd.wgsl.
// 28 bytes move a weight for a division, a root and 8 FMAs: bound by memory on a real GPU.
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
  rate: f32, decay: f32,
  correction: f32, root: f32,
  // 1 - beta1, 1 - beta2
  first_rate: f32, second_rate: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
@group(0) @binding(2) var<storage, read> factors: array<vec2f>;
@group(0) @binding(3) var<storage, read> clip: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> second: array<vec4f>;

override WORKGROUP: u32 = 256u;
override DECOUPLED: bool = false;
override FACTORS: bool = false;
override CLIP: bool = false;

@compute @workgroup_size(WORKGROUP)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  var rate = params.rate;
  var decay = params.decay;
  if (FACTORS) {
    rate *= factors[i / 16u].x;
    decay = factors[i / 16u].y;
  }
  let w = weights[i];
  var g = grad[i];
  if (CLIP) { g *= clip[0]; }
  if (!DECOUPLED) { g += decay * w; }
  let m = first[i] + params.first_rate * (g - first[i]);
  let v = second[i] + params.second_rate * (g * g - second[i]);
  first[i] = m;
  second[i] = v;
  var direction = params.correction * m / (sqrt(v) * params.root + params.epsilon);
  if (DECOUPLED) { direction += decay * w; }
  weights[i] = w - rate * direction;
}
