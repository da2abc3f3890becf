enable subgroups;
// matmul, windows: c[m,n] = epilogue(sum over k of a(m,k) * b(k,n)) from operands in panels (matmul/pack.wgsl), B's bound as uniforms.
// A driver that runs on a CPU tests every lane's address of a storage buffer on its own: some seven instructions a number on lavapipe,
// against three for a uniform buffer, which it knows to be whole. A uniform binding holds 64 KiB at most, so a dispatch sees two panels of B
// through windows of WINDOW vec4, 1024 / LANES blocks of four k each; longer sums go on in c from window to window.
// A subgroup holds ROWS rows x 8*LANES columns, a lane four columns of either panel. Four k at a time: 8 vec4 of B a lane, 16 rows of A once
// a subgroup, a lane a row or more, shared by broadcast: 512 FMAs (vectors) for 8 + 2 loads at 8 lanes. With 32 rows a lane the loop no longer
// fits a core's cache of decoded instructions, and takes three times as long to compile for the same speed.
// TURNED computes the transpose, b's columns as rows: whichever leaves less of the tiles empty.
// A GPU that serialises uniform loads at different addresses does badly here; nothing but a measurement chooses this variant there.

struct Params {
  // Extents of what is computed: of c, or of its transpose.
  M: u32, N: u32,
  // Blocks of four k: of a whole panel, before this window, in it.
  blocks: u32, first: u32, count: u32,
  // This dispatch's first column. Whether this window is the last: the epilogue's turn.
  n0: u32, last: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<uniform> left: array<vec4f, WINDOW>;
@group(0) @binding(3) var<uniform> right: array<vec4f, WINDOW>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;

override BIAS: bool = false;
override RELU: bool = false;
override TURNED: bool = false;
const LANES: u32 = 8u; // @spec
const ROWS: u32 = 16u;
const WINDOW: u32 = 4096u;
const A_LOADS: u32 = (ROWS + LANES - 1u) / LANES;

/// [panel * ROWS + row]: four columns.
var<private> sums: array<vec4f, 32>;
/// [row / LANES] of lane row % LANES: four k of one row.
var<private> rows: array<vec4f, 4>;
/// [panel * 4 + k]: this lane's four columns.
var<private> columns: array<vec4f, 8>;

fn add(m: u32, x: vec4f) {
  for (var panel = 0u; panel < 2u; panel++) {
    var sum = sums[panel * ROWS + m];
    sum = fma(vec4f(x.x), columns[panel * 4u], sum);
    sum = fma(vec4f(x.y), columns[panel * 4u + 1u], sum);
    sum = fma(vec4f(x.z), columns[panel * 4u + 2u], sum);
    sums[panel * ROWS + m] = fma(vec4f(x.w), columns[panel * 4u + 3u], sum);
  }
}

fn multiply() {
  add(0u, subgroupBroadcast(rows[0], 0u));
  add(1u, subgroupBroadcast(rows[1u / LANES], 1u % LANES));
  add(2u, subgroupBroadcast(rows[2u / LANES], 2u % LANES));
  add(3u, subgroupBroadcast(rows[3u / LANES], 3u % LANES));
  add(4u, subgroupBroadcast(rows[4u / LANES], 4u % LANES));
  add(5u, subgroupBroadcast(rows[5u / LANES], 5u % LANES));
  add(6u, subgroupBroadcast(rows[6u / LANES], 6u % LANES));
  add(7u, subgroupBroadcast(rows[7u / LANES], 7u % LANES));
  add(8u, subgroupBroadcast(rows[8u / LANES], 8u % LANES));
  add(9u, subgroupBroadcast(rows[9u / LANES], 9u % LANES));
  add(10u, subgroupBroadcast(rows[10u / LANES], 10u % LANES));
  add(11u, subgroupBroadcast(rows[11u / LANES], 11u % LANES));
  add(12u, subgroupBroadcast(rows[12u / LANES], 12u % LANES));
  add(13u, subgroupBroadcast(rows[13u / LANES], 13u % LANES));
  add(14u, subgroupBroadcast(rows[14u / LANES], 14u % LANES));
  add(15u, subgroupBroadcast(rows[15u / LANES], 15u % LANES));
}

fn place(m: u32, n: u32) -> u32 {
  if (TURNED) { return n * params.M + m; }
  return m * params.N + n;
}

/// A sum begun in another window; past the last row or column, the last one's.
fn begun(m: u32, n: u32) -> f32 {
  return c[place(min(m, params.M - 1u), min(n, params.N - 1u))];
}

fn bias_of(m: u32, n: u32) -> f32 {
  if (TURNED) { return bias[m]; }
  return bias[min(n, params.N - 1u)];
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let m0 = group.x * ROWS;
  let n0 = params.n0 + lane * 4u;
  if (params.first > 0u) {
    for (var m = 0u; m < ROWS; m++) {
      for (var panel = 0u; panel < 2u; panel++) {
        let n = n0 + panel * 4u * LANES;
        sums[panel * ROWS + m] = vec4f(begun(m0 + m, n), begun(m0 + m, n + 1u), begun(m0 + m, n + 2u), begun(m0 + m, n + 3u));
      }
    }
  }
  for (var block = 0u; block < params.count; block++) {
    let panel_a = (group.x * params.blocks + params.first + block) * ROWS + lane;
    for (var i = 0u; i < A_LOADS; i++) { rows[i] = a[panel_a + i * LANES]; }
    let at = block * 4u * LANES + lane;
    for (var j = 0u; j < 4u; j++) {
      columns[j] = left[at + j * LANES];
      columns[4u + j] = right[at + j * LANES];
    }
    multiply();
  }
  for (var m = 0u; m < ROWS; m++) {
    if (m0 + m >= params.M) { return; }
    for (var panel = 0u; panel < 2u; panel++) {
      let n = n0 + panel * 4u * LANES;
      let sum = sums[panel * ROWS + m];
      for (var j = 0u; j < 4u; j++) {
        var value = sum[j];
        if (BIAS && params.last == 1u) { value += bias_of(m0 + m, n + j); }
        if (RELU && params.last == 1u) { value = select(value, 0.0, value <= 0.0); }
        if (n + j < params.N) { c[place(m0 + m, n + j)] = value; }
      }
    }
  }
}
