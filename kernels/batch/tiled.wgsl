// As plain.wgsl, four pixels a thread: one word of bytes in, one vec4 out. Planes are multiples of four pixels, and rows
// too for AUGMENT, where each of the four pixels is a load of its own.

struct Params {
  C: u32,
  // Words of one channel of one image.
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
@group(0) @binding(5) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> labels: array<u32>;

override WORKGROUP: u32 = 64u;
override AUGMENT: bool = false;
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

/// Four neighbours of row n from pixel i on, of the plane that begins at byte `base`, scaled; zeros where nothing is.
fn augmented(n: u32, i: u32, base: u32, factor: f32, shift: f32) -> vec4f {
  let moved = augmentation(n);
  let W = i32(params.W);
  let h = i32(i / params.W) + moved.x;
  var result = vec4f();
  if (h < 0 || h * W >= i32(4u * params.plane)) { return result; }
  for (var j = 0u; j < 4u; j++) {
    var w = i32(i % params.W + j);
    if (moved.z == 1) { w = W - 1 - w; }
    w += moved.y;
    if (w < 0 || w >= W) { continue; }
    let byte = base + u32(h * W + w);
    result[j] = f32((images[byte / 4u] >> (8u * (byte % 4u))) & 255u) * factor + shift;
  }
  return result;
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let c = id.y;
  let n = id.z;
  if (i >= params.plane) { return; }
  let at = (n * params.C + c) * params.plane + i;
  if (n >= params.count) {
    x[at] = vec4f(0.0);
    if (i == 0u) { labels[n] = 0u; }
    return;
  }
  let image = order[params.start + n];
  if (image < params.first || image - params.first >= params.held) { return; }
  if (i == 0u) { labels[n] = classes[image - params.first]; }
  if (AUGMENT) {
    let base = ((image - params.first) * params.C + c) * params.plane * 4u;
    x[at] = augmented(n, 4u * i, base, scale[c], scale[params.C + c]);
    return;
  }
  let word = images[((image - params.first) * params.C + c) * params.plane + i];
  let pixels = vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  x[at] = pixels * scale[c] + scale[params.C + c];
}
