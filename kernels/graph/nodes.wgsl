// graph nodes: x[e,b,v,c] = 1 where c is the word of node v of the batch's b-th graph, else 0; a row of zeros for a word that is none
// of the columns, for nodes that a smaller graph does not have, and past the batch's end. An element a thread.
// Graphs lie V nodes apart; member e of an ensemble goes through them in an order of its own (order_step 0: the same for all).

struct Params {
  // Members, batch, nodes a graph, columns.
  E: u32, B: u32, V: u32, C: u32,
  // Window of the order, and elements from one member's order to the next.
  start: u32, count: u32, order_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / params.C;
  if (row >= params.E * params.B * params.V) { return; }
  let b = row / params.V % params.B;
  let e = row / (params.V * params.B);
  var value = 0.0;
  if (b < params.count) {
    let graph = order[e * params.order_step + params.start + b];
    value = select(0.0, 1.0, words[graph * params.V + row % params.V] == i % params.C);
  }
  x[i] = value;
}
