// RMSProp (Tieleman and Hinton 2012) in PyTorch's form, epsilon outside the root, over one flat tensor, four weights a thread:
//   g = clip*grad + decay*w;  s = s + (1-alpha)*(g*g - s);  u = g / (sqrt(s) + epsilon);  b = momentum*b + u;  w = w - rate*b
//   DECOUPLED: g = clip*grad, and rate*decay*w is taken off w besides
// 1 - alpha comes from the caller, in f64: it is inaccurate here. CLIP and FACTORS as in sgd.wgsl.
// 28 bytes move a weight for a division, a root and 6 FMAs: bound by memory on a real GPU.
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
  rate: f32, momentum: f32, decay: f32,
  // 1 - alpha
  square_rate: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
@group(0) @binding(2) var<storage, read> factors: array<vec2f>;
@group(0) @binding(3) var<storage, read> clip: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> square: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> velocity: array<vec4f>;

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
  let s = square[i] + params.square_rate * (g * g - square[i]);
  square[i] = s;
  let b = params.momentum * velocity[i] + g / (sqrt(s) + params.epsilon);
  velocity[i] = b;
  var direction = b;
  if (DECOUPLED) { direction += decay * w; }
  weights[i] = w - rate * direction;
}
