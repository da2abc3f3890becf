// inference, rbf, plain: y[n] = bias + sum over s of coefficients[s] exp(-gamma |x[n] - support[s]|^2), a row n a thread.
// Squared differences are summed as they are: |x|^2 + |s|^2 - 2 x.s would take half the arithmetic, but cancels where row and support
// vector are near each other, which is where the kernel is largest. Rows lie side by side (feature-major); support vectors come in blocks
// of 16, [block][column][16], with coefficient 0 past the last. The reference for the other variants.

struct Params {
  // columns is a multiple of 4 (zeros past the last), quads = rows / 4, blocks of 16 support vectors
  columns: u32, quads: u32, blocks: u32,
  gamma: f32, bias: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> support: array<f32>;
@group(0) @binding(3) var<storage, read> coefficients: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let rows = params.quads * 4u;
  let n = id.x + id.y * groups.x * WORKGROUP;
  if (n >= rows) { return; }
  var sum = params.bias;
  for (var s = 0u; s < params.blocks * 16u; s++) {
    let base = s / 16u * params.columns * 16u + s % 16u;
    var distance = 0.0;
    for (var c = 0u; c < params.columns; c++) {
      let difference = x[c * rows + n] - support[base + c * 16u];
      distance = fma(difference, difference, distance);
    }
    sum = fma(coefficients[s], exp(-params.gamma * distance), sum);
  }
  y[n] = sum;
}
