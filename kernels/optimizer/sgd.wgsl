// SGD with momentum over one flat tensor, four weights a thread (PyTorch's convention; decay in the gradient, or DECOUPLED:
// Loshchilov and Hutter 2019, SGDW as PyTorch would have it, the decay scaled by the rate):
//   g = clip*grad + decay*w;  v = momentum*v + g;  w = w - rate*v, or with NESTEROV w - rate*(g + momentum*v)
//   DECOUPLED: g = clip*grad, and rate*decay*w is taken off w besides
// CLIP: the gradient's factor is clip[0], which norm.wgsl left there. FACTORS: a block of 64 weights (a parameter starts at a
// multiple of them) has a factor of the rate and a decay of its own, in place of params.decay.
// 20 bytes move a weight for 3 to 5 FMAs: bound by memory on every adapter; the table adds 8 bytes a 64 weights.
// A tensor's last vec4 may reach past its end: buffers come in multiples of 256 bytes and the rest belongs to nobody.

struct Params {
  // vec4s
  size: u32,
  rate: f32, momentum: f32, decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> grad: array<vec4f>;
// Rate factor and decay, a block of 16 vec4s.
@group(0) @binding(2) var<storage, read> factors: array<vec2f>;
@group(0) @binding(3) var<storage, read> clip: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> velocity: array<vec4f>;

override WORKGROUP: u32 = 256u;
override NESTEROV: bool = false;
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
  let v = params.momentum * velocity[i] + g;
  velocity[i] = v;
  var direction = v;
  if (NESTEROV) { direction = g + params.momentum * v; }
  if (DECOUPLED) { direction += decay * w; }
  weights[i] = w - rate * direction;
}
