// graph neighbours: what a layer of a directed graph network does between its products (Wen et al. 2020, Neural Predictor), a vec4 of channels
// a thread. p holds both products side by side, H.W+ in channels 0..F-1 and H.W- in F..2F-1; with S(v) = v and its successors, P(v) = v and
// its predecessors:
//   forward     halves[v,f] = relu(mean over u in S(v) of p[u,f]), halves[v,F+f] = relu(mean over u in P(v) of p[u,F+f])
//               h[v,f] = (halves[v,f] + halves[v,F+f]) / 2
//   grad_input  dp[u,f] = sum over v in P(u) with halves[v,f] > 0 of dh[v,f] / (2 |S(v)|), and the other half with S and P exchanged
// Lists: ends[i] is where list i ends in `links`, i = 2 node for successors, 2 node + 1 for predecessors, each beginning where the one before
// ends; entries count from the graph's first node and leave the node itself out. Means are over few nodes (cells: 2 or 3), so a
// thread's loads are its lists and nothing is shared.

struct Params {
  // Members, batch, nodes a graph, vec4s of F.
  E: u32, B: u32, V: u32, quads: u32,
  start: u32, count: u32, order_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ends: array<u32>;
@group(0) @binding(2) var<storage, read> links: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> sizes: array<u32>;
@group(0) @binding(5) var<storage, read> p: array<vec4f>;
@group(0) @binding(6) var<storage, read> mask: array<vec4f>;
@group(0) @binding(7) var<storage, read> dh: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> halves: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> dp: array<vec4f>;

override WORKGROUP: u32 = 64u;

fn begin(list: u32) -> u32 {
  return select(0u, ends[max(list, 1u) - 1u], list > 0u);
}

/// Nodes of a mean: the list's and the node itself.
fn size(list: u32) -> f32 {
  return f32(ends[list] - begin(list) + 1u);
}

/// Whether the row is a node of one of the batch's graphs, and the first of that graph's nodes among all.
struct Place {
  inside: bool,
  first: u32,
}

fn place(row: u32) -> Place {
  let b = row / params.V % params.B;
  if (b >= params.count) { return Place(false, 0u); }
  let e = row / (params.V * params.B);
  let graph = order[e * params.order_step + params.start + b];
  return Place(row % params.V < sizes[graph], graph * params.V);
}

/// relu(mean) over the row and a list of its neighbours, from the half of p that begins at vec4 `half`.
fn relu_mean(row: u32, list: u32, half: u32) -> vec4f {
  let first = row - row % params.V;
  var sum = p[row * 2u * params.quads + half];
  for (var i = begin(list); i < ends[list]; i++) { sum += p[(first + links[i]) * 2u * params.quads + half]; }
  let mean = sum / size(list);
  // Not max(): NaN goes through.
  return select(mean, vec4f(), mean <= vec4f());
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / params.quads;
  if (row >= params.E * params.B * params.V) { return; }
  let quad = i % params.quads;
  let at = place(row);
  var plus = vec4f();
  var minus = vec4f();
  if (at.inside) {
    let node = at.first + row % params.V;
    plus = relu_mean(row, 2u * node, quad);
    minus = relu_mean(row, 2u * node + 1u, params.quads + quad);
  }
  halves[row * 2u * params.quads + quad] = plus;
  halves[row * 2u * params.quads + params.quads + quad] = minus;
  h[i] = 0.5 * (plus + minus);
}

/// What node v, in whose mean the gradient's node is, passes on to it.
fn passed(row: u32, quad: u32, half: u32, list: u32) -> vec4f {
  let gradient = dh[row * params.quads + quad] / (2.0 * size(list));
  return select(gradient, vec4f(), mask[row * 2u * params.quads + half + quad] <= vec4f());
}

/// Sum over the row and the nodes that have it in their list of kind `kind` (0 successors, 1 predecessors): those of its list of the other kind.
fn gathered(row: u32, first: u32, quad: u32, kind: u32) -> vec4f {
  let half = kind * params.quads;
  let own = row % params.V;
  let other = 2u * (first + own) + 1u - kind;
  var sum = passed(row, quad, half, 2u * (first + own) + kind);
  for (var i = begin(other); i < ends[other]; i++) {
    sum += passed(row - own + links[i], quad, half, 2u * (first + links[i]) + kind);
  }
  return sum;
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / params.quads;
  if (row >= params.E * params.B * params.V) { return; }
  let quad = i % params.quads;
  let at = place(row);
  var plus = vec4f();
  var minus = vec4f();
  if (at.inside) {
    plus = gathered(row, at.first, quad, 0u);
    minus = gathered(row, at.first, quad, 1u);
  }
  dp[row * 2u * params.quads + quad] = plus;
  dp[row * 2u * params.quads + params.quads + quad] = minus;
}
