// Gathers a batch from a data set of bytes on the device, one thread a pixel; any image size.
//   x[n,c,i] = bytes[image(n),c,i] * scale[c] + scale[C+c], labels[n] = classes[image(n)], image(n) = order[start+n]
// Rows from `count` on are zeros with label 0. Images outside [first, first+held) are another chunk's: left untouched.

struct Params {
  C: u32,
  // Pixels of one channel of one image.
  plane: u32,
  start: u32, count: u32, first: u32, held: u32,
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
  let byte = ((image - params.first) * params.C + c) * params.plane + i;
  x[at] = f32((images[byte / 4u] >> (8u * (byte % 4u))) & 255u) * scale[c] + scale[params.C + c];
  if (i == 0u) { labels[n] = classes[image - params.first]; }
}
