enable subgroups;
// matmul, subgroup: c[m,n] = epilogue(sum over k of a(m,k) * b(k,n)). A subgroup holds ROWS rows x 4*LANES columns, a lane 4 of
// the columns: 4*ROWS sums. Four k at a time: every lane loads a vec4 of B for each, A is loaded once a subgroup, a lane a row
// or more, and shared by broadcast. Loads at 8 lanes: 4 + 2 vec4 for 256 FMAs with 16 rows, 4 + 4 for 512 with 32. On lavapipe
// 32 rows make 27 GFLOP/s a core of 16 rows' 22, though their sums are spilled; 64 rows 25, and 8 columns a lane 20.
// Workgroups that follow each other take the same columns: K x 4*LANES of B stay in a core's cache while A passes (1024^3 on lavapipe: 1.1 times faster).
// A vec4 load wants its four elements side by side and aligned, so the contiguous side of each operand must be a multiple of
// 4 (ALIGNED); otherwise the same elements come one by one. On lavapipe a vec4 load costs 11 ns, four scalar ones 19.

struct Params {
  M: u32, N: u32, K: u32,
  // Elements from one product's operands and bias to the next one's, a plane of the grid each; 0: shared.
  a_step: u32, b_step: u32, bias_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;
override ALIGNED_A: bool = true;
override ALIGNED_B: bool = true;
override BIAS: bool = false;
override RELU: bool = false;
const LANES: u32 = 8u; // @spec
const ROWS: u32 = 32u; // @spec
const A_LOADS: u32 = (ROWS + LANES - 1u) / LANES;

var<private> sums: array<vec4f, ROWS>;
/// [row / LANES] of lane row % LANES: four k of one row.
var<private> rows: array<vec4f, 8>;
/// [k]: this lane's four columns.
var<private> columns: array<vec4f, 4>;

fn a_at(i: u32) -> f32 {
  return a[i / 4u][i % 4u];
}

fn b_at(i: u32) -> f32 {
  return b[i / 4u][i % 4u];
}

/// Four k of row m, zeros past K. Rows and columns past the end repeat the last: their sums are not stored.
fn load_a(a0: u32, m: u32, k: u32) -> vec4f {
  if (ALIGNED_A && !TRANSPOSE_A) { return a[(a0 + m * params.K + k) / 4u]; }
  let last = params.K - 1u;
  let k4 = min(vec4u(k, k + 1u, k + 2u, k + 3u), vec4u(last));
  var i = a0 + m * params.K + k4;
  if (TRANSPOSE_A) { i = a0 + k4 * params.M + m; }
  let values = vec4f(a_at(i.x), a_at(i.y), a_at(i.z), a_at(i.w));
  return select(values, vec4f(), vec4u(k, k + 1u, k + 2u, k + 3u) > vec4u(last));
}

/// columns[j] = b(k+j, n..n+3).
fn load_b(b0: u32, n: u32, k: u32) {
  let n4 = min(vec4u(n, n + 1u, n + 2u, n + 3u), vec4u(params.N - 1u));
  if (TRANSPOSE_B && ALIGNED_B) {
    let at = (b0 + n4 * params.K + k) / 4u;
    let block = transpose(mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]));
    for (var j = 0u; j < 4u; j++) { columns[j] = block[j]; }
    return;
  }
  for (var j = 0u; j < 4u; j++) {
    let row = min(k + j, params.K - 1u);
    if (ALIGNED_B && !TRANSPOSE_B) {
      columns[j] = b[(b0 + row * params.N + n4.x) / 4u];
    } else {
      var i = b0 + row * params.N + n4;
      if (TRANSPOSE_B) { i = b0 + n4 * params.K + row; }
      columns[j] = vec4f(b_at(i.x), b_at(i.y), b_at(i.z), b_at(i.w));
    }
  }
}

fn add(m: u32, x: vec4f) {
  var sum = sums[m];
  sum = fma(vec4f(x.x), columns[0], sum);
  sum = fma(vec4f(x.y), columns[1], sum);
  sum = fma(vec4f(x.z), columns[2], sum);
  sums[m] = fma(vec4f(x.w), columns[3], sum);
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
  if (ROWS < 32u) { return; }
  add(16u, subgroupBroadcast(rows[16u / LANES], 16u % LANES));
  add(17u, subgroupBroadcast(rows[17u / LANES], 17u % LANES));
  add(18u, subgroupBroadcast(rows[18u / LANES], 18u % LANES));
  add(19u, subgroupBroadcast(rows[19u / LANES], 19u % LANES));
  add(20u, subgroupBroadcast(rows[20u / LANES], 20u % LANES));
  add(21u, subgroupBroadcast(rows[21u / LANES], 21u % LANES));
  add(22u, subgroupBroadcast(rows[22u / LANES], 22u % LANES));
  add(23u, subgroupBroadcast(rows[23u / LANES], 23u % LANES));
  add(24u, subgroupBroadcast(rows[24u / LANES], 24u % LANES));
  add(25u, subgroupBroadcast(rows[25u / LANES], 25u % LANES));
  add(26u, subgroupBroadcast(rows[26u / LANES], 26u % LANES));
  add(27u, subgroupBroadcast(rows[27u / LANES], 27u % LANES));
  add(28u, subgroupBroadcast(rows[28u / LANES], 28u % LANES));
  add(29u, subgroupBroadcast(rows[29u / LANES], 29u % LANES));
  add(30u, subgroupBroadcast(rows[30u / LANES], 30u % LANES));
  add(31u, subgroupBroadcast(rows[31u / LANES], 31u % LANES));
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let m0 = group.x * ROWS;
  let n = (group.y * LANES + lane) * 4u;
  let a0 = group.z * params.a_step;
  let b0 = group.z * params.b_step;
  for (var k = 0u; k < params.K; k += 4u) {
    for (var i = 0u; i < A_LOADS; i++) { rows[i] = load_a(a0, min(m0 + i * LANES + lane, params.M - 1u), k); }
    load_b(b0, n, k);
    multiply();
  }
  let count = select(0u, min(4u, params.N - n), n < params.N);
  for (var i = 0u; i < ROWS; i++) {
    if (m0 + i >= params.M) { return; }
    var sum = sums[i];
    for (var j = 0u; j < count; j++) {
      var value = sum[j];
      if (BIAS) { value += bias[group.z * params.bias_step + n + j]; }
      if (RELU) { value = select(value, 0.0, value <= 0.0); }
      c[(group.z * params.M + m0 + i) * params.N + n + j] = value;
    }
  }
}
