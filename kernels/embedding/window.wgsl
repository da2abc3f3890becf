// embedding, before it: a window of a text. Rows of `text` are steps of B parallel streams; the window's places and, a row later,
// what they should predict. Places past `count` (the text's end) get token 0 and do not count.
//   tokens[i] = text[start + i],  labels[i] = text[start + B + i],  i < size

struct Params { start: u32, count: u32, size: u32, B: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> text: array<u32>;
@group(0) @binding(2) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(3) var<storage, read_write> labels: array<u32>;

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn window(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.size) { return; }
  let within = i < params.count;
  tokens[i] = select(0u, text[params.start + i], within);
  labels[i] = select(0u, text[params.start + params.B + i], within);
}
