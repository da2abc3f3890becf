// matmul, plain: c[m,n] = epilogue(sum over k of a(m,k) * b(k,n)), one thread an output element.
// Transposes are strides: a(m,k) = a[m*a_row + k*a_column]. Many products at once: a plane of the grid each, operands and bias *_step elements
// apart (0: shared). Stays for ever as the reference on the GPU.
// One load an FMA operand: 1.5 GFLOP/s on lavapipe.

struct Params {
  M: u32, N: u32, K: u32,
  a_row: u32, a_column: u32, b_row: u32, b_column: u32,
  a_step: u32, b_step: u32, bias_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

override WORKGROUP: u32 = 64u;
override BIAS: bool = false;
override RELU: bool = false;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.M * params.N) { return; }
  let m = i / params.N;
  let n = i % params.N;
  let a0 = id.z * params.a_step + m * params.a_row;
  let b0 = id.z * params.b_step + n * params.b_column;
  var sum = 0.0;
  for (var k = 0u; k < params.K; k++) {
    sum += a[a0 + k * params.a_column] * b[b0 + k * params.b_row];
  }
  if (BIAS) { sum += bias[id.z * params.bias_step + n]; }
  if (RELU) { sum = select(sum, 0.0, sum <= 0.0); }
  c[id.z * params.M * params.N + i] = sum;
}
