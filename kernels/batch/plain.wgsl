// Gathers a batch from a data set of bytes on the device, one thread a pixel; any image size.
//   x[n,c,i] = bytes[image(n),c,i] * scale[c] + scale[C+c], labels[n] = classes[image(n)], image(n) = order[start+n]
// Rows from `count` on are zeros with label 0. Images outside [first, first+held) are another chunk's: left untouched.
// AUGMENT (He et al. 2016, section 4.2): row n is mirrored left to right by chance and moved by up to `crop` pixels each way, zeros
// (of x, so the mean colour) coming in: x[n,c,h,w] = image[c, h+dy, (mirrored ? W-1-w : w)+dx]. The numbers are a hash of (place in
// the epoch, epoch, seed): a resumed epoch draws them again, and neither batch size nor feed changes them.
// Hash: pcg4d, Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020.

struct Params {
  C: u32,
  // Pixels of one channel of one image.
  plane: u32,
  start: u32, count: u32, first: u32, held: u32,
  // Pixels of a row, and for AUGMENT: mirror or not, pixels of padding, and what counts the random numbers.
  W: u32,
  flip: u32, crop: u32, seed: u32, epoch: u32, position: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Four bytes a word, the first in the low bits.
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> classes: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> x: array<f32>;
@group(0) @binding(6) var<storage, read_write> labels: array<u32>;

override WORKGROUP: u32 = 64u;
override AUGMENT: bool = false;
/// Apart from dropout's streams, which count from 0.
const STREAM: u32 = 0xffffffffu;

fn pcg4d(counter: vec4u) -> vec4u {
  var v = counter * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  return v;
}

/// Where row n's upper left pixel comes from, and (z) whether the row is mirrored.
fn augmentation(n: u32) -> vec3i {
  let random = pcg4d(vec4u(params.position + n, params.epoch, STREAM, params.seed));
  let side = 2u * params.crop + 1u;
  return vec3i(vec2i(random.yz % side) - i32(params.crop), i32(params.flip * (random.x >> 31u)));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let c = id.y;
  let n = id.z;
  if (i >= params.plane) { return; }
  let at = (n * params.C + c) * params.plane + i;
  if (n >= params.count) {
    x[at] = 0.0;
    if (i == 0u) { labels[n] = 0u; }
    return;
  }
  let image = order[params.start + n];
  if (image < params.first || image - params.first >= params.held) { return; }
  if (i == 0u) { labels[n] = classes[image - params.first]; }
  var pixel = i;
  if (AUGMENT) {
    let moved = augmentation(n);
    let W = i32(params.W);
    var w = i32(i % params.W);
    if (moved.z == 1) { w = W - 1 - w; }
    w += moved.y;
    let h = i32(i / params.W) + moved.x;
    pixel = u32(h * W + w);
    if (w < 0 || w >= W || h < 0 || pixel >= params.plane) {
      x[at] = 0.0;
      return;
    }
  }
  let byte = ((image - params.first) * params.C + c) * params.plane + pixel;
  x[at] = f32((images[byte / 4u] >> (8u * (byte % 4u))) & 255u) * scale[c] + scale[params.C + c];
}
