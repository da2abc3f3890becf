// inference, linear: a layer on many rows at once, y[o,n] = act(bias[o] + sum over i of w[o,i] x[i,n]).
// A linear predictor is one layer of one output; a multi-layer perceptron is a chain of them. Rows n lie side by side (feature-major), so
// that neighbouring threads read neighbouring numbers. A thread holds four rows of OUTPUTS outputs; weights come packed, [blocks of
// OUTPUTS][inputs][OUTPUTS], zeros past the last output. Loads an input at OUTPUTS = 8: 1 vec4 + 2 vec4 for 32 FMAs.
// tanh goes by exp, whose relative error WGSL bounds: 1 - 2 / (exp(2x) + 1); its own tanh may be off by 1e-5.

struct Params {
  // quads = rows / 4
  inputs: u32, outputs: u32, quads: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

override WORKGROUP: u32 = 64u;
/// 0 none, 1 ReLU, 2 tanh.
override ACTIVATION: u32 = 0u;
const OUTPUTS: u32 = 8u; // @spec

fn activated(v: vec4f) -> vec4f {
  // Not max(): NaN goes through.
  if (ACTIVATION == 1u) { return select(v, vec4f(), v <= vec4f()); }
  // Beyond 15 tanh is 1 in f32, and exp would overflow.
  if (ACTIVATION == 2u) { return 1.0 - 2.0 / (exp(2.0 * clamp(v, vec4f(-15.0), vec4f(15.0))) + 1.0); }
  return v;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let quad = id.x + id.y * groups.x * WORKGROUP;
  if (quad >= params.quads) { return; }
  var sums: array<vec4f, OUTPUTS>;
  let block = id.z * params.inputs * OUTPUTS;
  for (var i = 0u; i < params.inputs; i++) {
    let value = x[i * params.quads + quad];
    for (var o = 0u; o < OUTPUTS; o++) { sums[o] = fma(vec4f(w[block + i * OUTPUTS + o]), value, sums[o]); }
  }
  for (var o = 0u; o < OUTPUTS; o++) {
    let output = id.z * OUTPUTS + o;
    if (output < params.outputs) { y[output * params.quads + quad] = activated(sums[o] + bias[output]); }
  }
}
