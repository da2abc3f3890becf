// conv2d, tiled: forward and grad_input as a matrix product through workgroup memory that gathers its operands on the fly, for GPUs;
// no subgroups. A group of the channels lies along z.
//                             rows   columns      depth
//   forward      y            k      (n,p,q)      (c,r,s)
//   grad_input   dx           c      (n,h,w)      (k,r,s), whole quotients of the stride only
// 16 x 16 threads, a TILE x TILE register tile each: SPAN x SPAN outputs a workgroup, DEPTH of the sum at a time.
// With TILE 4, DEPTH 16: 16 FLOP a byte of global reads before reuse by the cache (a 3x3 filter reads each input 9 times),
// bytes moved 4*rows*columns*depth*2/64 + 4*rows*columns, 8.1 KiB of workgroup memory, 256 threads of about 56 registers (16 sums,
// 5 operands, the gathers' coordinates). On the wide card of matmul/tiled.wgsl: four workgroups a core by registers, 1,024 of 2,048
// threads, half the peak by workgroup memory at TILE 4; 528 tiles fill it: 32 images of 16x16x64 by 128 filters are 256 tiles, half
// a wave, so TILE 2 is tried too. A thread loads 8 values for 256 FMAs, the 4 of
// images with two integer divisions each.
// Columns are neighbours in memory, so loads and stores of images coalesce; a thread keeps its column for all loads.

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  K: u32, R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32, dilate_h: u32, dilate_w: u32,
  // Channels and filters of one group.
  group_c: u32, group_k: u32,
  depth: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

override BIAS: bool = false;
override RELU: bool = false;
const TILE: u32 = 4u; // @spec
const DEPTH: u32 = 16u; // @spec
const SIDE: u32 = 16u;
const THREADS: u32 = SIDE * SIDE;
const SPAN: u32 = SIDE * TILE;
const LOADS: u32 = SPAN * DEPTH / THREADS;

var<workgroup> left: array<f32, DEPTH * (SPAN + 1u)>;
var<workgroup> right: array<f32, DEPTH * SPAN>;
var<private> sums: array<f32, TILE * TILE>;

/// i as (i / (b*c), i / c % b, i % c).
fn split(i: u32, b: u32, c: u32) -> vec3u {
  let ab = i / c;
  return vec3u(ab / b, ab % b, i % c);
}

/// The input of group g under output `o` = (n,p,q) and tap `t` = (c,r,s), or 0.
fn input(g: u32, o: vec3u, t: vec3u) -> f32 {
  let h = i32(o.y * params.stride_h + t.y * params.dilate_h) - i32(params.pad_h);
  let column = i32(o.z * params.stride_w + t.z * params.dilate_w) - i32(params.pad_w);
  let inside = o.x < params.N && t.x < params.group_c && h >= 0 && h < i32(params.H) && column >= 0 && column < i32(params.W);
  let at = ((o.x * params.C + g * params.group_c + t.x) * params.H + u32(h)) * params.W + u32(column);
  return select(0.0, x[select(0u, at, inside)], inside);
}

/// The output gradient that input `o` = (n,h,w) of group g fed through tap `t` = (k,r,s), or 0.
fn gradient(g: u32, o: vec3u, t: vec3u) -> f32 {
  let h = i32(o.y + params.pad_h) - i32(t.y * params.dilate_h);
  let column = i32(o.z + params.pad_w) - i32(t.z * params.dilate_w);
  let p = h / i32(params.stride_h);
  let q = column / i32(params.stride_w);
  let whole = p * i32(params.stride_h) == h && q * i32(params.stride_w) == column;
  let inside = whole && o.x < params.N && t.x < params.group_k && h >= 0 && column >= 0 && p < i32(params.P) && q < i32(params.Q);
  let at = ((o.x * params.K + g * params.group_k + t.x) * params.P + u32(p)) * params.Q + u32(q);
  return select(0.0, dy[select(0u, at, inside)], inside);
}

fn multiply(local: vec3u) {
  for (var d = 0u; d < DEPTH; d++) {
    var column: array<f32, TILE>;
    for (var i = 0u; i < TILE; i++) { column[i] = left[d * (SPAN + 1u) + local.y + SIDE * i]; }
    for (var j = 0u; j < TILE; j++) {
      let value = right[d * SPAN + local.x + SIDE * j];
      for (var i = 0u; i < TILE; i++) { sums[i * TILE + j] = fma(column[i], value, sums[i * TILE + j]); }
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) thread: u32) {
  let k0 = group.y * SPAN;
  let o = split(group.x * SPAN + thread % SPAN, params.P, params.Q);
  for (var d0 = 0u; d0 < params.depth; d0 += DEPTH) {
    for (var i = 0u; i < LOADS; i++) {
      let e = thread + i * THREADS;
      let k = k0 + e / DEPTH;
      let d = d0 + e % DEPTH;
      let within = k < params.group_k && d < params.depth;
      left[e % DEPTH * (SPAN + 1u) + e / DEPTH] = select(0.0, w[select(0u, (group.z * params.group_k + k) * params.depth + d, within)], within);
      let t = split(d0 + e / SPAN, params.R, params.S);
      right[e] = input(group.z, o, t);
    }
    workgroupBarrier();
    multiply(local);
    workgroupBarrier();
  }
  for (var j = 0u; j < TILE; j++) {
    let to = split(group.x * SPAN + local.x + SIDE * j, params.P, params.Q);
    for (var i = 0u; i < TILE; i++) {
      if (k0 + local.y + SIDE * i >= params.group_k || to.x >= params.N) { continue; }
      let k = group.z * params.group_k + k0 + local.y + SIDE * i;
      var value = sums[i * TILE + j];
      if (BIAS) { value += bias[k]; }
      if (RELU) { value = select(value, 0.0, value <= 0.0); }
      y[((to.x * params.K + k) * params.P + to.y) * params.Q + to.z] = value;
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn grad_input(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) thread: u32) {
  let c0 = group.y * SPAN;
  let o = split(group.x * SPAN + thread % SPAN, params.H, params.W);
  let taps = params.R * params.S;
  for (var d0 = 0u; d0 < params.depth; d0 += DEPTH) {
    for (var i = 0u; i < LOADS; i++) {
      let e = thread + i * THREADS;
      let c = c0 + e / DEPTH;
      let d = d0 + e % DEPTH;
      let within = c < params.group_c && d < params.depth;
      let at = ((group.z * params.group_k + d / taps) * params.group_c + c) * taps + d % taps;
      left[e % DEPTH * (SPAN + 1u) + e / DEPTH] = select(0.0, w[select(0u, at, within)], within);
      let t = split(d0 + e / SPAN, params.R, params.S);
      right[e] = gradient(group.z, o, t);
    }
    workgroupBarrier();
    multiply(local);
    workgroupBarrier();
  }
  for (var j = 0u; j < TILE; j++) {
    let to = split(group.x * SPAN + local.x + SIDE * j, params.H, params.W);
    for (var i = 0u; i < TILE; i++) {
      if (c0 + local.y + SIDE * i >= params.group_c || to.x >= params.N) { continue; }
      let c = group.z * params.group_c + c0 + local.y + SIDE * i;
      dx[((to.x * params.C + c) * params.H + to.y) * params.W + to.z] = sums[i * TILE + j];
    }
  }
}
