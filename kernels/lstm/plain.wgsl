// lstm, plain: one time step t of the recurrence, a thread a (sequence b, unit j). Stays for ever as the reference on the GPU.
//   forward      a = (input part + bias) + h[t] . r_j^T, four gates i f g o;  i f o = sigmoid(a), g = tanh(a)
//                c[t+1] = f c[t] + i g,  h[t+1] = y[t] = o tanh(c[t+1])
//   grad_input   dh = dy[t] + da[t+1] . r,  dc = dh o (1 - tanh(c[t+1])^2) + (what step t+1 left),  da = (dc g, dc c[t], dc i,
//                dh tanh(c[t+1])) * slopes;  leaves dc f for step t-1
// Hochreiter and Schmidhuber, Long short-term memory (1997), with the forget gate of Gers et al. (2000).
// Layout: gates [T,B,H] vec4 of a unit's four gates (i f g o); h and c [T+1,B,H], row 0 the state that came in; r [4H,H] with
// row 4j+g; y and dy [T,B,H]; dc [B,H]. `gates` goes from input part to activations (forward) to da (grad_input) in place.

struct Params { T: u32, B: u32, H: u32, t: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> r: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> gates: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> h: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<storage, read_write> dc: array<f32>;

override WORKGROUP: u32 = 64u;

// exp stays finite. A training that diverged shows: by bits, for a compiler may assume finite values and a driver's exp lose a NaN.
fn sigmoid(a: vec4f) -> vec4f {
  let broken = (bitcast<vec4u>(a) & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
  return select(1.0 / (1.0 + exp(-max(a, vec4f(-80.0)))), a, broken);
}

// tanh(a) = 2 sigmoid(2a) - 1: WGSL's own may be off by 1e-5.
fn activate(a: vec4f) -> vec4f {
  let s = sigmoid(vec4f(a.xy, 2.0 * a.z, a.w));
  return vec4f(s.xy, 2.0 * s.z - 1.0, s.w);
}

fn squash(a: f32) -> f32 {
  return 2.0 * sigmoid(vec4f(2.0 * a)).x - 1.0;
}

fn slopes(gate: vec4f) -> vec4f {
  return vec4f(gate.xy * (1.0 - gate.xy), 1.0 - gate.z * gate.z, gate.w * (1.0 - gate.w));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let size = params.B * params.H;
  if (i >= size) { return; }
  let at = params.t * size + i;
  let state = at - i % params.H;
  let row = i % params.H * 4u * params.H;
  var sum = gates[at];
  for (var k = 0u; k < params.H; k++) {
    let w = row + k;
    sum += h[state + k] * vec4f(r[w], r[w + params.H], r[w + 2u * params.H], r[w + 3u * params.H]);
  }
  let gate = activate(sum);
  let cell = gate.y * c[at] + gate.x * gate.z;
  let out = gate.w * squash(cell);
  gates[at] = gate;
  c[at + size] = cell;
  h[at + size] = out;
  y[at] = out;
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let size = params.B * params.H;
  if (i >= size) { return; }
  let at = params.t * size + i;
  let j = i % params.H;
  var dh = dy[at];
  var carried = 0.0;
  if (params.t + 1u < params.T) {
    carried = dc[i];
    for (var k = 0u; k < params.H; k++) {
      let w = 4u * k * params.H + j;
      dh += dot(gates[at + size - j + k], vec4f(r[w], r[w + params.H], r[w + 2u * params.H], r[w + 3u * params.H]));
    }
  }
  let gate = gates[at];
  let squashed = squash(c[at + size]);
  let d = dh * gate.w * (1.0 - squashed * squashed) + carried;
  gates[at] = vec4f(d * gate.z, d * c[at], d * gate.x, dh * squashed) * slopes(gate);
  dc[i] = d * gate.y;
}
