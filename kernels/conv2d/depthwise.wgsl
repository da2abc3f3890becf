// conv2d, tiled, where each channel has filters of its own (group_c = 1, group_k filters a channel): forward and grad_input. There is
// no sum over channels, hence no matrix product: a thread walks down one column and holds TILE outputs in registers, neighbouring
// threads take neighbouring columns (coalesced), and a column of taps is loaded once for all of them.
//   forward      y[n,k,p,q]  = epilogue(sum over r,s of x[n,c,p*STRIDE+r-pad_h,q*stride_w+s*dilate_w-pad_w] * w[k,r,s])
//   grad_input   dx[n,c,h,w] = sum over k,r,s of dy[n,k,(h+pad_h-r)/STRIDE,(w+pad_w-s*dilate_w)/stride_w] * w[k,r,s], whole quotients
// Loads an FMA at 3 x 3, stride 1: (6 + 3) / 12. Bytes moved: 4 a tensor's element, taps of other columns come from the cache; about
// 1 FLOP a byte at 3 x 3, so bandwidth is the bound on a GPU. No workgroup memory, about 20 registers: occupancy is full.
// Taps lie side by side down a column (dilate_h = 1). Rows come from products with reciprocals: exact below 2^20 elements a plane.

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

override WORKGROUP: u32 = 64u;
override BIAS: bool = false;
override RELU: bool = false;
// Filter rows and stride_h.
const TAPS: u32 = 3u; // @spec
const STRIDE: u32 = 1u; // @spec
const TILE: u32 = 4u;
const WINDOW: u32 = (TILE - 1u) * STRIDE + TAPS;
/// Rows of dy above the one under a tile's first row.
const ABOVE: u32 = (TAPS - 1u) / STRIDE;
const GRADIENTS: u32 = ABOVE + (TILE - 1u) / STRIDE + 1u;

/// (i / width, i % width)
fn split(i: u32, width: u32) -> vec2u {
  let row = u32((f32(i) + 0.5) * (1.0 / f32(width)));
  return vec2u(row, i - row * width);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let tile = split(id.x, params.Q);
  let p0 = tile.x * TILE;
  if (p0 >= params.P) { return; }
  let k = id.y;
  let top = i32(p0 * STRIDE) - i32(params.pad_h);
  let plane = (id.z * params.C + k / params.group_k) * params.H;
  var sums: array<f32, TILE>;
  for (var s = 0u; s < params.S; s++) {
    let column = i32(tile.y * params.stride_w + s * params.dilate_w) - i32(params.pad_w);
    let inside_row = column >= 0 && column < i32(params.W);
    var window: array<f32, WINDOW>;
    for (var i = 0u; i < WINDOW; i++) {
      let h = top + i32(i);
      let inside = inside_row && h >= 0 && h < i32(params.H);
      window[i] = select(0.0, x[select(0u, (plane + u32(h)) * params.W + u32(column), inside)], inside);
    }
    for (var r = 0u; r < TAPS; r++) {
      let weight = w[(k * TAPS + r) * params.S + s];
      for (var i = 0u; i < TILE; i++) { sums[i] = fma(window[i * STRIDE + r], weight, sums[i]); }
    }
  }
  for (var i = 0u; i < min(TILE, params.P - p0); i++) {
    var value = sums[i];
    if (BIAS) { value += bias[k]; }
    if (RELU) { value = select(value, 0.0, value <= 0.0); }
    y[((id.z * params.K + k) * params.P + p0 + i) * params.Q + tile.y] = value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u) {
  let tile = split(id.x, params.W);
  // Tiles begin where the stride divides h0 + pad_h, so which taps meet which rows is known beforehand.
  let h0 = i32(tile.x * TILE) - i32(params.pad_h % STRIDE);
  if (h0 >= i32(params.H)) { return; }
  let above = (h0 + i32(params.pad_h)) / i32(STRIDE) - i32(ABOVE);
  var sums: array<f32, TILE>;
  for (var k = id.y * params.group_k; k < (id.y + 1u) * params.group_k; k++) {
    let plane = (id.z * params.K + k) * params.P;
    for (var s = 0u; s < params.S; s++) {
      let before = i32(tile.y + params.pad_w) - i32(s * params.dilate_w);
      let q = before / i32(params.stride_w);
      let inside_row = before >= 0 && q * i32(params.stride_w) == before && q < i32(params.Q);
      var window: array<f32, GRADIENTS>;
      for (var i = 0u; i < GRADIENTS; i++) {
        let p = above + i32(i);
        let inside = inside_row && p >= 0 && p < i32(params.P);
        window[i] = select(0.0, dy[select(0u, (plane + u32(p)) * params.Q + u32(q), inside)], inside);
      }
      for (var r = 0u; r < TAPS; r++) {
        let weight = w[(k * TAPS + r) * params.S + s];
        for (var i = 0u; i < TILE; i++) {
          // (i - r) / STRIDE, without a negative number on the way.
          let steps = i + TAPS * STRIDE - r;
          if (steps % STRIDE == 0u) { sums[i] = fma(window[ABOVE + steps / STRIDE - TAPS], weight, sums[i]); }
        }
      }
    }
  }
  for (var i = 0u; i < TILE; i++) {
    let h = h0 + i32(i);
    if (h >= 0 && h < i32(params.H)) { dx[((id.z * params.C + id.y) * params.H + u32(h)) * params.W + tile.y] = sums[i]; }
  }
}
