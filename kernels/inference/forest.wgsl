// inference, forest, plain: y[n] = bias + scale * (sum over trees of the value of the leaf that row n falls into), a row a thread.
// A random forest has scale 1 / trees and bias 0; boosted trees have their learning rate and their base.
// A node is (feature, bits of the threshold or of the leaf's value, left, right); x[feature] <= threshold goes left, NaN goes right. A leaf's
// children are the leaf itself, which is how a walk ends. Loads a level: a vec4 and a number, both gathered.

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

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = id.x + id.y * groups.x * WORKGROUP;
  if (n >= params.rows) { return; }
  var sum = 0.0;
  for (var tree = 0u; tree < params.trees; tree++) {
    var at = roots[tree];
    for (var level = 0u; level < params.levels; level++) {
      let node = nodes[at];
      if (node.z == node.w) { break; }
      at = select(node.w, node.z, x[node.x * params.rows + n] <= bitcast<f32>(node.y));
    }
    sum += bitcast<f32>(nodes[at].y);
  }
  y[n] = fma(params.scale, sum, params.bias);
}
