// conv2d, tiled, weight gradient where each channel has filters of its own (group_c = 1):
//   dw[k,r,s] = sum over n,p,q of x[n,c,p*stride_h+r*dilate_h-pad_h,q*stride_w+s*dilate_w-pad_w] * dy[n,k,p,q],  c = k / group_k
// Few weights, long sums: a workgroup a row (k,r) of COLUMNS taps and a split of the samples, threads side by side in the plane, one
// load of dy for the row's taps. Threads are added in a tree and splits by pack.wgsl's `total`: the same bits every time.
// Loads an FMA: (1 + S) / S, coalesced; x and dy are read once a filter row, from the cache but for the first.
// Rows come from products with reciprocals: exact below 2^20 elements a plane.

struct Params {
  N: u32, C: u32, H: u32, W: u32,
  K: u32, R: u32, S: u32, P: u32, Q: u32,
  stride_h: u32, stride_w: u32, pad_h: u32, pad_w: u32, dilate_h: u32, dilate_w: u32,
  // Channels and filters of one group.
  group_c: u32, group_k: u32,
  samples_a_split: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

// A power of two.
override WORKGROUP: u32 = 64u;
// Filter columns.
const COLUMNS: u32 = 3u; // @spec

var<workgroup> shared_sums: array<f32, WORKGROUP>;

/// Sum over the workgroup's threads, in thread 0.
fn tree(lane: u32, sum: f32) -> f32 {
  workgroupBarrier();
  shared_sums[lane] = sum;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { shared_sums[lane] += shared_sums[lane + step]; }
  }
  return shared_sums[lane];
}

@compute @workgroup_size(WORKGROUP)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let k = group.x;
  let r = group.y;
  let end = min((group.z + 1u) * params.samples_a_split, params.N);
  let reciprocal = 1.0 / f32(params.Q);
  var sums: array<f32, COLUMNS>;
  for (var n = group.z * params.samples_a_split; n < end; n++) {
    let outputs = (n * params.K + k) * params.P * params.Q;
    let inputs = (n * params.C + k / params.group_k) * params.H;
    for (var i = lane; i < params.P * params.Q; i += WORKGROUP) {
      let p = u32((f32(i) + 0.5) * reciprocal);
      let h = i32(p * params.stride_h + r * params.dilate_h) - i32(params.pad_h);
      if (h < 0 || h >= i32(params.H)) { continue; }
      let left = i32((i - p * params.Q) * params.stride_w) - i32(params.pad_w);
      let row = (inputs + u32(h)) * params.W;
      let d = dy[outputs + i];
      for (var s = 0u; s < COLUMNS; s++) {
        let column = left + i32(s * params.dilate_w);
        let inside = column >= 0 && column < i32(params.W);
        sums[s] = fma(d, select(0.0, x[select(0u, row + u32(column), inside)], inside), sums[s]);
      }
    }
  }
  for (var s = 0u; s < COLUMNS; s++) {
    let total = tree(lane, sums[s]);
    if (lane == 0u) { dw[((group.z * params.K + k) * params.R + r) * COLUMNS + s] = total; }
  }
}
