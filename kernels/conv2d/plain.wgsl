// conv2d, plain: one thread an output element, textbook loops. Stays for ever as the reference on the GPU.
//   forward      y[n,k,p,q]  = epilogue(sum over c,r,s of x[n,c,h,w] * w[k,c,r,s]),  h = p*stride_h + r*dilate_h - pad_h, w alike
//   grad_input   dx[n,c,h,w] = sum over k,r,s of dy[n,k,p,q] * w[k,c,r,s],  p = (h + pad_h - r*dilate_h) / stride_h, whole quotients only
//   grad_weight  dw[k,c,r,s] = sum over n,p,q of x[n,c,h,w] * dy[n,k,p,q]
// With groups, c of w and dw counts within the group, and c and k of the sums run over one group.
// One load an FMA operand: 1 to 2 GFLOP/s on lavapipe.

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  K: u32, R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32, dilate_h: u32, dilate_w: u32,
  // Channels and filters of one group.
  group_c: u32, group_k: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;
@group(0) @binding(7) var<storage, read_write> dw: array<f32>;

override WORKGROUP: u32 = 64u;
override BIAS: bool = false;
override RELU: bool = false;

fn linear(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * WORKGROUP;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.N * params.K * params.P * params.Q) { return; }
  let q = i % params.Q;
  let p = (i / params.Q) % params.P;
  let k = (i / (params.Q * params.P)) % params.K;
  let n = i / (params.Q * params.P * params.K);
  let top = i32(p * params.stride_h) - i32(params.pad_h);
  let left = i32(q * params.stride_w) - i32(params.pad_w);
  let channels = n * params.C + k / params.group_k * params.group_c;
  var sum = 0.0;
  for (var c = 0u; c < params.group_c; c++) {
    for (var r = 0u; r < params.R; r++) {
      let h = top + i32(r * params.dilate_h);
      if (h < 0 || h >= i32(params.H)) { continue; }
      for (var s = 0u; s < params.S; s++) {
        let column = left + i32(s * params.dilate_w);
        if (column < 0 || column >= i32(params.W)) { continue; }
        sum += x[((channels + c) * params.H + u32(h)) * params.W + u32(column)] * w[((k * params.group_c + c) * params.R + r) * params.S + s];
      }
    }
  }
  if (BIAS) { sum += bias[k]; }
  if (RELU) { sum = select(sum, 0.0, sum <= 0.0); }
  y[i] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.N * params.C * params.H * params.W) { return; }
  let column = i % params.W;
  let h = (i / params.W) % params.H;
  let c = (i / (params.W * params.H)) % params.C;
  let n = i / (params.W * params.H * params.C);
  let first = c / params.group_c * params.group_k;
  var sum = 0.0;
  for (var r = 0u; r < params.R; r++) {
    let above = i32(h + params.pad_h) - i32(r * params.dilate_h);
    if (above < 0 || above % i32(params.stride_h) != 0 || above / i32(params.stride_h) >= i32(params.P)) { continue; }
    let p = u32(above) / params.stride_h;
    for (var s = 0u; s < params.S; s++) {
      let before = i32(column + params.pad_w) - i32(s * params.dilate_w);
      if (before < 0 || before % i32(params.stride_w) != 0 || before / i32(params.stride_w) >= i32(params.Q)) { continue; }
      let q = u32(before) / params.stride_w;
      for (var k = first; k < first + params.group_k; k++) {
        sum += dy[((n * params.K + k) * params.P + p) * params.Q + q] * w[((k * params.group_c + c % params.group_c) * params.R + r) * params.S + s];
      }
    }
  }
  dx[i] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn grad_weight(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = linear(id, groups);
  if (i >= params.K * params.group_c * params.R * params.S) { return; }
  let s = i % params.S;
  let r = (i / params.S) % params.R;
  let k = i / (params.S * params.R * params.group_c);
  let c = k / params.group_k * params.group_c + (i / (params.S * params.R)) % params.group_c;
  var sum = 0.0;
  for (var n = 0u; n < params.N; n++) {
    for (var p = 0u; p < params.P; p++) {
      let h = i32(p * params.stride_h + r * params.dilate_h) - i32(params.pad_h);
      if (h < 0 || h >= i32(params.H)) { continue; }
      let x_row = ((n * params.C + c) * params.H + u32(h)) * params.W;
      let dy_row = ((n * params.K + k) * params.P + p) * params.Q;
      for (var q = 0u; q < params.Q; q++) {
        let column = i32(q * params.stride_w + s * params.dilate_w) - i32(params.pad_w);
        if (column < 0 || column >= i32(params.W)) { continue; }
        sum += x[x_row + u32(column)] * dy[dy_row + q];
      }
    }
  }
  dw[i] = sum;
}
