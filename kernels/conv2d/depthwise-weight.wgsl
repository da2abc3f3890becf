// conv2d, tiled, weight gradient where each channel has filters of its own (group_c = 1):
//   dw[k,r,s] = sum over n,p,q of x[n,c,p*STRIDE+r-pad_h,q*stride_w+s*dilate_w-pad_w] * dy[n,k,p,q],  c = k / group_k
// Few weights, long sums: a workgroup a column (k,s) of TAPS weights and a split of the samples. As in depthwise.wgsl a thread walks
// down one column of the outputs, TILE at a time, and its neighbours take the neighbouring columns. Threads are added in a tree and
// splits by pack.wgsl's `total`: the same bits every time.
// Loads an FMA at 3 x 3, stride 1: (6 + 4) / 12, coalesced; x and dy are read once a filter column, from the cache but for the first.
// Taps lie side by side down a column (dilate_h = 1). Rows come from products with reciprocals: exact below 2^20 elements a plane.

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
// Filter rows and stride_h.
const TAPS: u32 = 3u; // @spec
const STRIDE: u32 = 1u; // @spec
const TILE: u32 = 4u;
const WINDOW: u32 = (TILE - 1u) * STRIDE + TAPS;

var<workgroup> shared_sums: array<f32, WORKGROUP>;
var<private> sums: array<f32, TAPS>;

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

/// Adds the outputs p0 .. p0 + TILE - 1 of column q, plane (n,k) of dy, under the input's `column`, plane (n,c).
fn add(dy_plane: u32, x_plane: u32, p0: u32, q: u32, column: u32) {
  let top = i32(p0 * STRIDE) - i32(params.pad_h);
  var window: array<f32, WINDOW>;
  for (var i = 0u; i < WINDOW; i++) {
    let h = top + i32(i);
    let inside = h >= 0 && h < i32(params.H);
    window[i] = select(0.0, x[select(0u, (x_plane + u32(h)) * params.W + column, inside)], inside);
  }
  for (var i = 0u; i < TILE; i++) {
    let inside = p0 + i < params.P;
    let d = select(0.0, dy[select(0u, (dy_plane + p0 + i) * params.Q + q, inside)], inside);
    for (var r = 0u; r < TAPS; r++) { sums[r] = fma(window[i * STRIDE + r], d, sums[r]); }
  }
}

@compute @workgroup_size(WORKGROUP)
fn grad_weight(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let k = group.x;
  let s = group.y;
  let end = min((group.z + 1u) * params.samples_a_split, params.N);
  let reciprocal = 1.0 / f32(params.Q);
  let threads = (params.P + TILE - 1u) / TILE * params.Q;
  for (var i = lane; i < threads; i += WORKGROUP) {
    let row = u32((f32(i) + 0.5) * reciprocal);
    let q = i - row * params.Q;
    let column = i32(q * params.stride_w + s * params.dilate_w) - i32(params.pad_w);
    if (column < 0 || column >= i32(params.W)) { continue; }
    for (var n = group.z * params.samples_a_split; n < end; n++) {
      let x_plane = (n * params.C + k / params.group_k) * params.H;
      add((n * params.K + k) * params.P, x_plane, row * TILE, q, u32(column));
    }
  }
  for (var r = 0u; r < TAPS; r++) {
    let total = tree(lane, sums[r]);
    if (lane == 0u) { dw[((group.z * params.K + k) * TAPS + r) * params.S + s] = total; }
  }
}
