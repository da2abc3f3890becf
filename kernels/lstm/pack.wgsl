// lstm: the recurrent weights r [4H,H] as the subgroup variant reads them, once a sequence: neighbouring lanes load neighbouring
// vec4, and tails are zeros. A block is what a workgroup of the step takes.
//   pack              [blocks, K, LANES] vec4 of unit j's four gates: r[4j+g, k], j = block * LANES + lane, k < K (a multiple of 4)
//   pack_transposed   [blocks, 4H, LANES] vec4 of four units: r[m, 4q+i], q = block * LANES + lane

struct Params { H: u32, K: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> r: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<vec4f>;

override WORKGROUP: u32 = 64u;
override LANES: u32 = 8u;

@compute @workgroup_size(WORKGROUP)
fn pack(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.count) { return; }
  let k = i / LANES % params.K;
  let j = i / LANES / params.K * LANES + i % LANES;
  var gates = vec4f();
  if (j < params.H && k < params.H) {
    let at = 4u * j * params.H + k;
    gates = vec4f(r[at], r[at + params.H], r[at + 2u * params.H], r[at + 3u * params.H]);
  }
  packed[i] = gates;
}

@compute @workgroup_size(WORKGROUP)
fn pack_transposed(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.count) { return; }
  let m = i / LANES % (4u * params.H);
  let j = 4u * (i / LANES / (4u * params.H) * LANES + i % LANES);
  let units = vec4u(j, j + 1u, j + 2u, j + 3u);
  let at = m * params.H + min(units, vec4u(params.H - 1u));
  packed[i] = select(vec4f(), vec4f(r[at.x], r[at.y], r[at.z], r[at.w]), units < vec4u(params.H));
}
