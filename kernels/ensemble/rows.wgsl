// ensemble rows: the batch's rows of a feature matrix, for each member in its own order, into columns `first`.. of a row's W; zeros past the
// batch's end. An element a thread.

struct Params {
  // Members, batch, columns of the matrix, columns of z, the first of them that is written.
  E: u32, B: u32, C: u32, W: u32, first: u32,
  start: u32, count: u32, order_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> z: array<f32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / params.C;
  if (row >= params.E * params.B) { return; }
  let b = row % params.B;
  var value = 0.0;
  if (b < params.count) {
    value = rows[order[row / params.B * params.order_step + params.start + b] * params.C + i % params.C];
  }
  z[row * params.W + params.first + i % params.C] = value;
}
