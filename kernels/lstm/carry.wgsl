// lstm, between two windows of a text: the state that went out of one (row T of h and c) becomes the state that comes into
// the next (row 0), or zeros where keep is 0.

struct Params {
  // B * H, and where row T begins.
  size: u32, last: u32,
  keep: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> h: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn carry(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  let kept = params.keep != 0u;
  h[i] = select(0.0, h[params.last + i], kept);
  c[i] = select(0.0, c[params.last + i], kept);
}
