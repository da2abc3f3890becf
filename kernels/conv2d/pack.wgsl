// conv2d, pack: the passes before and after the subgroup variant. None of them computes more than a sum over splits.
//   pad    images [planes, H, W] -> padded [planes, rows, pitch*4]: zeros around, and between rows and columns where dilated
//   pack   filters [K, C/groups, R, S] -> [groups, blocks of 16 outputs, inputs, R, S, 16], outputs and inputs of one group, zeros
//          past the last output and between dilated taps; TURNED swaps the channels' roles and turns R and S round, which makes
//          grad_input a forward pass over dy
//   total  sums of the splits of a reduction, in order, so that a gradient is the same in every run; of a row of `pitch` numbers it
//          takes S, dilate_w apart
// An integer division by a uniform costs a lane 8 ns on lavapipe, so rows come from a product with the reciprocal: exact
// while a plane has fewer than 2^20 vec4.

struct Params {
  // pad
  planes: u32, H: u32, W: u32, rows: u32, pitch: u32,
  top: i32, left: i32, dilate_h: i32, dilate_w: i32,
  // pack: extents of the result, a group; S with the zeros between the source's taps, dilate_w apart
  groups: u32, outputs: u32, inputs: u32, R: u32, S: u32,
  // total: numbers of the result, rows of a split
  count: u32, splits: u32, split_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> padded: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> packed: array<f32>;
@group(0) @binding(4) var<storage, read_write> totals: array<f32>;

override WORKGROUP: u32 = 64u;
override DILATED: bool = false;
override TURNED: bool = false;

/// The source's row or column under a dilated coordinate; `extent` or more (so outside) where a zero lies there.
fn undilated(at: i32, dilate: i32, extent: u32) -> u32 {
  if (!DILATED) { return u32(at); }
  let whole = at / dilate;
  return select(extent, u32(whole), at >= 0 && whole * dilate == at);
}

/// A pixel of the row that begins at `base`, or 0. Negative columns wrap round and are outside too.
fn pixel(base: u32, inside_row: bool, w: i32) -> f32 {
  let column = undilated(w, params.dilate_w, params.W);
  let inside = inside_row && column < params.W;
  // A read at 0 where outside: select would read out of bounds first.
  return select(0.0, source[select(0u, base + column, inside)], inside);
}

@compute @workgroup_size(WORKGROUP)
fn pad(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let plane = group.x + group.y * groups.x;
  if (plane >= params.planes) { return; }
  let size = params.rows * params.pitch;
  let reciprocal = 1.0 / f32(params.pitch);
  for (var i = thread; i < size; i += WORKGROUP) {
    let row = u32((f32(i) + 0.5) * reciprocal);
    let h = undilated(i32(row) - params.top, params.dilate_h, params.H);
    let w = i32((i - row * params.pitch) * 4u) - params.left;
    let base = (plane * params.H + h) * params.W;
    let inside = h < params.H;
    padded[plane * size + i] = vec4f(pixel(base, inside, w), pixel(base, inside, w + 1), pixel(base, inside, w + 2), pixel(base, inside, w + 3));
  }
}

@compute @workgroup_size(WORKGROUP)
fn pack(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let taps = params.R * params.S;
  let blocks = (params.outputs + 15u) / 16u;
  if (i >= params.groups * blocks * params.inputs * taps * 16u) { return; }
  let tap = (i / 16u) % taps;
  let input = (i / (16u * taps)) % params.inputs;
  let block = i / (16u * taps * params.inputs);
  let output = block % blocks * 16u + i % 16u;
  let group = block / blocks;
  let turned = select(tap, taps - 1u - tap, TURNED);
  let s = turned % params.S;
  if (output >= params.outputs || s % u32(params.dilate_w) != 0u) {
    packed[i] = 0.0;
    return;
  }
  let plane = select((group * params.outputs + output) * params.inputs + input, (group * params.inputs + input) * params.outputs + output, TURNED);
  let columns = (params.S - 1u) / u32(params.dilate_w) + 1u;
  packed[i] = source[(plane * params.R + turned / params.S) * columns + s / u32(params.dilate_w)];
}

@compute @workgroup_size(WORKGROUP)
fn total(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.count) { return; }
  let row = i / params.S;
  let at = row * params.pitch + (i - row * params.S) * u32(params.dilate_w);
  let size = params.split_rows * params.pitch;
  var sum = 0.0;
  for (var split = 0u; split < params.splits; split++) { sum += source[split * size + at]; }
  totals[i] = sum;
}
