// Softmax cross-entropy for few classes, one thread a row, one workgroup in all: the sum over rows needs no second dispatch.
//   loss_n = log(sum over c of exp(z[n,c] - max)) + max - z[n,label],  dz[n,c] = (softmax(z)[n,c] - [c = label]) / count
//   forward        adds {sum of losses, rows whose first maximum is the label, rows, rows with a non-finite logit} to stats
//   grad_input   the same, and dz; rows from `count` on do not count and get zeros
// A row with a non-finite logit has the loss NaN, so the sum shows that training diverged. The order of adding is fixed.

struct Params { rows: u32, classes: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>;

// A power of two.
override WORKGROUP: u32 = 64u;

const LOWEST: f32 = -3.4028234e38;

struct Row { max: f32, first: u32, sum: f32, bad: bool }

var<workgroup> totals: array<vec4f, WORKGROUP>;

// By bits: a compiler may assume that values are finite.
fn is_finite(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u;
}

fn row_of(n: u32) -> Row {
  let begin = n * params.classes;
  var row = Row(LOWEST, params.classes, 0.0, false);
  for (var c = 0u; c < params.classes; c++) {
    let z = logits[begin + c];
    if (!is_finite(z)) { row.bad = true; }
    if (z > row.max) {
      row.max = z;
      row.first = c;
    }
  }
  for (var c = 0u; c < params.classes; c++) { row.sum += exp(logits[begin + c] - row.max); }
  return row;
}

fn stats_of(n: u32, row: Row) -> vec4f {
  let label = labels[n];
  var loss = log(row.sum) + (row.max - logits[n * params.classes + label]);
  if (row.bad) { loss = bitcast<f32>(0x7fc00000u | params.rows); }
  return vec4f(loss, select(0.0, 1.0, row.first == label), 1.0, select(0.0, 1.0, row.bad));
}

fn add_to_stats(lane: u32, total: vec4f) {
  totals[lane] = total;
  for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { totals[lane] += totals[lane + step]; }
  }
  if (lane == 0u) { stats[0] += totals[0]; }
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(local_invocation_index) lane: u32) {
  var total = vec4f(0.0);
  for (var n = lane; n < params.count; n += WORKGROUP) { total += stats_of(n, row_of(n)); }
  add_to_stats(lane, total);
}

@compute @workgroup_size(WORKGROUP)
fn grad_input(@builtin(local_invocation_index) lane: u32) {
  var total = vec4f(0.0);
  for (var n = lane; n < params.count; n += WORKGROUP) {
    let row = row_of(n);
    total += stats_of(n, row);
    let label = labels[n];
    for (var c = 0u; c < params.classes; c++) {
      let at = n * params.classes + c;
      dlogits[at] = (exp(logits[at] - row.max) / row.sum - select(0.0, 1.0, c == label)) / f32(params.count);
    }
  }
  for (var i = params.count * params.classes + lane; i < params.rows * params.classes; i += WORKGROUP) { dlogits[i] = 0.0; }
  add_to_stats(lane, total);
}
