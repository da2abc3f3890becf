// graph pool: the mean over a graph's nodes, into the first F of a row's W columns, and its gradient; zeros for graphs past the batch's end.
//   forward     z[b,f] = sum over v < sizes[graph] of h[b,v,f] / sizes[graph]     grad_input  dh[b,v,f] = dz[b,f] / sizes[graph], 0 for v past it

struct Params {
  // Members, batch, nodes a graph, channels, columns of z.
  E: u32, B: u32, V: u32, F: u32, W: u32,
  start: u32, count: u32, order_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sizes: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> h: array<f32>;
@group(0) @binding(4) var<storage, read> dz: array<f32>;
@group(0) @binding(5) var<storage, read_write> z: array<f32>;
@group(0) @binding(6) var<storage, read_write> dh: array<f32>;

override WORKGROUP: u32 = 64u;

/// Nodes of the graph in a row of z; 0 past the batch's end.
fn size(row: u32) -> u32 {
  let b = row % params.B;
  if (b >= params.count) { return 0u; }
  return sizes[order[row / params.B * params.order_step + params.start + b]];
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / params.F;
  if (row >= params.E * params.B) { return; }
  let nodes = size(row);
  var sum = 0.0;
  for (var v = 0u; v < nodes; v++) { sum += h[(row * params.V + v) * params.F + i % params.F]; }
  z[row * params.W + i % params.F] = sum / f32(max(nodes, 1u));
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let node = i / params.F;
  if (node >= params.E * params.B * params.V) { return; }
  let row = node / params.V;
  let nodes = size(row);
  dh[i] = select(0.0, dz[row * params.W + i % params.F] / f32(max(nodes, 1u)), node % params.V < nodes);
}
