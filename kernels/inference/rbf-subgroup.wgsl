enable subgroups;
// inference, rbf, subgroup: as rbf.wgsl, a lane four rows, 16 support vectors at a time: 64 squared distances a lane.
// A lane loads vec4 of four support vectors in one column, and the subgroup shares them by broadcast.
// Loads four columns at 8 lanes: 4 + 2 vec4 for 256 subtractions and 256 FMAs. On lavapipe a vec4 load costs 11 ns, a broadcast 0.4, an FMA
// 0.3 to 0.5, a sum that a loop carries 0.7: hence four columns a turn.

struct Params {
  // columns is a multiple of 4 (zeros past the last), quads = rows / 4, blocks of 16 support vectors
  columns: u32, quads: u32, blocks: u32,
  gamma: f32, bias: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> support: array<vec4f>;
@group(0) @binding(3) var<storage, read> coefficients: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

const LANES: u32 = 8u; // @spec
const LOADS: u32 = (16u + LANES - 1u) / LANES;

var<private> loaded: array<vec4f, LOADS>;
var<private> distances: array<vec4f, 16>;

/// Four support vectors' coordinates of one column against four rows'.
fn add(g: u32, s: vec4f, rows: vec4f) {
  let a = rows - s.x;
  let b = rows - s.y;
  let c = rows - s.z;
  let d = rows - s.w;
  distances[4u * g] = fma(a, a, distances[4u * g]);
  distances[4u * g + 1u] = fma(b, b, distances[4u * g + 1u]);
  distances[4u * g + 2u] = fma(c, c, distances[4u * g + 2u]);
  distances[4u * g + 3u] = fma(d, d, distances[4u * g + 3u]);
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = (group.x + group.y * groups.x) * LANES;
  if (first >= params.quads) { return; }
  // Lanes past the end compute the last quad again and store nothing: broadcasts need every lane.
  let quad = min(first + lane, params.quads - 1u);
  var sum = vec4f(params.bias);
  for (var block = 0u; block < params.blocks; block++) {
    for (var c = 0u; c < params.columns; c += 4u) {
      let base = (block * params.columns + c) * 4u;
      for (var i = 0u; i < LOADS; i++) { loaded[i] = support[base + (i * LANES + lane) % 16u]; }
      let x0 = x[(c + 0u) * params.quads + quad];
      add(0u, subgroupBroadcast(loaded[0u / LANES], 0u % LANES), x0);
      add(1u, subgroupBroadcast(loaded[1u / LANES], 1u % LANES), x0);
      add(2u, subgroupBroadcast(loaded[2u / LANES], 2u % LANES), x0);
      add(3u, subgroupBroadcast(loaded[3u / LANES], 3u % LANES), x0);
      let x1 = x[(c + 1u) * params.quads + quad];
      add(0u, subgroupBroadcast(loaded[4u / LANES], 4u % LANES), x1);
      add(1u, subgroupBroadcast(loaded[5u / LANES], 5u % LANES), x1);
      add(2u, subgroupBroadcast(loaded[6u / LANES], 6u % LANES), x1);
      add(3u, subgroupBroadcast(loaded[7u / LANES], 7u % LANES), x1);
      let x2 = x[(c + 2u) * params.quads + quad];
      add(0u, subgroupBroadcast(loaded[8u / LANES], 8u % LANES), x2);
      add(1u, subgroupBroadcast(loaded[9u / LANES], 9u % LANES), x2);
      add(2u, subgroupBroadcast(loaded[10u / LANES], 10u % LANES), x2);
      add(3u, subgroupBroadcast(loaded[11u / LANES], 11u % LANES), x2);
      let x3 = x[(c + 3u) * params.quads + quad];
      add(0u, subgroupBroadcast(loaded[12u / LANES], 12u % LANES), x3);
      add(1u, subgroupBroadcast(loaded[13u / LANES], 13u % LANES), x3);
      add(2u, subgroupBroadcast(loaded[14u / LANES], 14u % LANES), x3);
      add(3u, subgroupBroadcast(loaded[15u / LANES], 15u % LANES), x3);
    }
    for (var s = 0u; s < 16u; s++) {
      sum = fma(vec4f(coefficients[block * 16u + s]), exp(-params.gamma * distances[s]), sum);
      distances[s] = vec4f();
    }
  }
  if (first + lane < params.quads) { y[quad] = sum; }
}
