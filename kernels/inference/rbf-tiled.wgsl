// inference, rbf, tiled: as rbf.wgsl, a thread four rows, 16 support vectors at a time, which a workgroup shares through its memory.
// 64 columns of them a tile: 4 KiB. A tile's vec4 serves WORKGROUP threads and 16 subtractions and 16 FMAs a thread; a thread reads 1 + 4
// vec4 a column for 64 of each: 12 operations a vec4 of workgroup memory, 48 x WORKGROUP / 5 a number of storage. Registers: 64 distances.

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

override WORKGROUP: u32 = 64u;
const COLUMNS: u32 = 64u;

var<workgroup> tile: array<vec4f, 256>;
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

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = (group.x + group.y * groups.x) * WORKGROUP;
  if (first >= params.quads) { return; }
  let quad = min(first + thread, params.quads - 1u);
  var sum = vec4f(params.bias);
  for (var block = 0u; block < params.blocks; block++) {
    for (var c0 = 0u; c0 < params.columns; c0 += COLUMNS) {
      let columns = min(COLUMNS, params.columns - c0);
      workgroupBarrier();
      for (var i = thread; i < columns * 4u; i += WORKGROUP) { tile[i] = support[(block * params.columns + c0) * 4u + i]; }
      workgroupBarrier();
      for (var c = 0u; c < columns; c++) {
        let rows = x[(c0 + c) * params.quads + quad];
        add(0u, tile[c * 4u], rows);
        add(1u, tile[c * 4u + 1u], rows);
        add(2u, tile[c * 4u + 2u], rows);
        add(3u, tile[c * 4u + 3u], rows);
      }
    }
    for (var s = 0u; s < 16u; s++) {
      sum = fma(vec4f(coefficients[block * 16u + s]), exp(-params.gamma * distances[s]), sum);
      distances[s] = vec4f();
    }
  }
  if (first + thread < params.quads) { y[quad] = sum; }
}
