// conv2d, tiled, weight gradient: dw[k,(c,r,s)] = sum over (n,p,q) of dy[n,k,p,q] * the input under (n,p,q) at tap (c,r,s), as a
// matrix product through workgroup memory; no subgroups. Groups of the channels lie along z, and splits of the sum, which are added
// in order by pack.wgsl's `total`: no atomics, the same bits every time.
// 16 x 16 threads, a TILE x TILE register tile each: SPAN x SPAN weights a workgroup, DEPTH outputs at a time.
// Arithmetic intensity (16 FLOP a byte at TILE 4), memory, registers and occupancy as in tiled.wgsl; bytes moved
// 4*K*columns*depth*2/64 + 8*splits*K*columns. A 3x3x64 by 128 gradient is 18 tiles: without splits a wide card's 132 cores would
// stand idle, so the sum is cut for about 256 workgroups. Depth runs along the images' rows: neighbouring threads read neighbouring
// addresses of both operands.

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  K: u32, R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32, dilate_h: u32, dilate_w: u32,
  // Channels and filters of one group.
  group_c: u32, group_k: u32,
  groups: u32, columns: u32, depth: u32, depth_a_split: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

const TILE: u32 = 4u; // @spec
const DEPTH: u32 = 16u; // @spec
const SIDE: u32 = 16u;
const THREADS: u32 = SIDE * SIDE;
const SPAN: u32 = SIDE * TILE;
const LOADS: u32 = SPAN * DEPTH / THREADS;

var<workgroup> left: array<f32, DEPTH * (SPAN + 1u)>;
var<workgroup> right: array<f32, DEPTH * (SPAN + 1u)>;
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

fn multiply(local: vec3u) {
  for (var d = 0u; d < DEPTH; d++) {
    var column: array<f32, TILE>;
    for (var i = 0u; i < TILE; i++) { column[i] = left[d * (SPAN + 1u) + local.y + SIDE * i]; }
    for (var j = 0u; j < TILE; j++) {
      let value = right[d * (SPAN + 1u) + local.x + SIDE * j];
      for (var i = 0u; i < TILE; i++) { sums[i * TILE + j] = fma(column[i], value, sums[i * TILE + j]); }
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) thread: u32) {
  let k0 = group.y * SPAN;
  let g = group.z % params.groups;
  let part = group.z / params.groups;
  let end = min((part + 1u) * params.depth_a_split, params.depth);
  for (var d0 = part * params.depth_a_split; d0 < end; d0 += DEPTH) {
    for (var i = 0u; i < LOADS; i++) {
      let e = thread + i * THREADS;
      let d = e % DEPTH;
      let o = split(d0 + d, params.P, params.Q);
      let k = k0 + e / DEPTH;
      let within = k < params.group_k && d0 + d < end;
      left[d * (SPAN + 1u) + e / DEPTH] = select(0.0, dy[select(0u, ((o.x * params.K + g * params.group_k + k) * params.P + o.y) * params.Q + o.z, within)], within);
      let t = split(group.x * SPAN + e / DEPTH, params.R, params.S);
      right[d * (SPAN + 1u) + e / DEPTH] = select(0.0, input(g, o, t), d0 + d < end);
    }
    workgroupBarrier();
    multiply(local);
    workgroupBarrier();
  }
  for (var j = 0u; j < TILE; j++) {
    let column = group.x * SPAN + local.x + SIDE * j;
    for (var i = 0u; i < TILE; i++) {
      let k = k0 + local.y + SIDE * i;
      if (k >= params.group_k || column >= params.columns) { continue; }
      dw[(part * params.K + g * params.group_k + k) * params.columns + column] = sums[i * TILE + j];
    }
  }
}
