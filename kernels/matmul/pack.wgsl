// matmul, pack: an operand laid out as the windows variant reads it, panel after panel, each from end to end: the cores' prefetchers follow, and
// no power of two between rows maps all of them to one set of a cache.
//   rows     A -> [panels of SPAN rows, blocks of four k, SPAN]: a vec4 is four k of a row
//   columns  B -> [panels of SPAN columns, blocks of four k, 4, SPAN / 4]: a vec4 is four columns of one k
// Zeros past the ends of either extent. A workgroup packs BLOCKS blocks of a panel, a vec4 of each a thread.

struct Params {
  vectors: u32, K: u32,
  // element(vector, k) = source[vector * vector_step + k * k_step]
  vector_step: u32, k_step: u32,
  // Blocks of four k a panel.
  blocks: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> panels: array<vec4f>;

const SPAN: u32 = 32u; // @spec
const BLOCKS: u32 = 16u;

fn element(vector: u32, k: u32) -> f32 {
  let inside = vector < params.vectors && k < params.K;
  // A read at 0 where outside: select would read out of bounds first.
  return select(0.0, source[select(0u, vector * params.vector_step + k * params.k_step, inside)], inside);
}

@compute @workgroup_size(SPAN)
fn rows(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.y * SPAN + thread;
  for (var block = group.x * BLOCKS; block < min((group.x + 1u) * BLOCKS, params.blocks); block++) {
    let k = block * 4u;
    panels[(group.y * params.blocks + block) * SPAN + thread] = vec4f(element(row, k), element(row, k + 1u), element(row, k + 2u), element(row, k + 3u));
  }
}

@compute @workgroup_size(SPAN)
fn columns(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let column = group.y * SPAN + thread % (SPAN / 4u) * 4u;
  for (var block = group.x * BLOCKS; block < min((group.x + 1u) * BLOCKS, params.blocks); block++) {
    let k = block * 4u + thread / (SPAN / 4u);
    panels[(group.y * params.blocks + block) * SPAN + thread] = vec4f(element(column, k), element(column + 1u, k), element(column + 2u, k), element(column + 3u, k));
  }
}
