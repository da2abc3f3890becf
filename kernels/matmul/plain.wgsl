// matmul, plain: c[m,n] = epilogue(sum over k of a(m,k) * b(k,n)), one thread an output element.
// Transposes are strides: a(m,k) = a[m*a_row + k*a_column]. Stays for ever as the reference on the GPU.
// One load an FMA operand: 1.5 GFLOP/s on lavapipe.

struct Params {
  M: u32, N: u32, K: u32,
  a_row: u32, a_column: u32, b_row: u32, b_column: u32,
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
  var sum = 0.0;
  for (var k = 0u; k < params.K; k++) {
    sum += a[m * params.a_row + k * params.a_column] * b[k * params.b_row + n * params.b_column];
  }
  if (BIAS) { sum += bias[n]; }
  if (RELU) { sum = select(sum, 0.0, sum <= 0.0); }
  c[i] = sum;
}
