// inference, forest, tiled: as forest.wgsl, four trees of a row at once, so that four chains of loads wait for each other's
// answers side by side. Every walk takes as many levels as the deepest of all trees: a leaf's children are the leaf itself, and nothing branches.
// Trees come in fours; those past the last are leaves of value 0.

struct Params {
  // rows of x lie side by side, feature-major
  rows: u32, trees: u32, levels: u32,
  bias: f32, scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> nodes: array<vec4u>;
@group(0) @binding(3) var<storage, read> roots: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override WORKGROUP: u32 = 64u;

fn child(node: vec4u, n: u32) -> u32 {
  return select(node.w, node.z, x[node.x * params.rows + n] <= bitcast<f32>(node.y));
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = id.x + id.y * groups.x * WORKGROUP;
  if (n >= params.rows) { return; }
  var sum = 0.0;
  for (var tree = 0u; tree < params.trees; tree += 4u) {
    var at = vec4u(roots[tree], roots[tree + 1u], roots[tree + 2u], roots[tree + 3u]);
    for (var level = 0u; level < params.levels; level++) {
      at = vec4u(child(nodes[at.x], n), child(nodes[at.y], n), child(nodes[at.z], n), child(nodes[at.w], n));
    }
    sum += bitcast<f32>(nodes[at.x].y);
    sum += bitcast<f32>(nodes[at.y].y);
    sum += bitcast<f32>(nodes[at.z].y);
    sum += bitcast<f32>(nodes[at.w].y);
  }
  y[n] = fma(params.scale, sum, params.bias);
}
