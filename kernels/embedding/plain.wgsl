// embedding: rows of a table by token.
//   forward       y[n] = table[tokens[n]], a workgroup a place, so that no thread divides
//   grad_weight   dtable[v] = sum over n with tokens[n] = v of dy[n], in the order of n and without atomics:
//     zero    all of dtable, four elements a thread
//     link    behind each place the next one with the same token, and whether it is the token's first; N^2 comparisons,
//             half a million at 20 x 35
//     sum     a workgroup a place: a token's first walks the chain, the others have nothing to do
// A scan of the tokens by every row of the table would compare V N times.

struct Params {
  // Places, columns, vec4 of dtable.
  N: u32, E: u32, size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> table: array<f32>;
@group(0) @binding(2) var<storage, read> tokens: array<u32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> links: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> dtable: array<f32>;
@group(0) @binding(7) var<storage, read_write> zeros: array<vec4f>;

// A multiple of 4.
override WORKGROUP: u32 = 64u;

// Behind a chain's last place; its first place has FIRST added.
const END: u32 = 0x7fffffffu;
const FIRST: u32 = 0x80000000u;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x + group.y * groups.x;
  if (n >= params.N) { return; }
  let row = tokens[n] * params.E;
  for (var e = lane; e < params.E; e += WORKGROUP) { y[n * params.E + e] = table[row + e]; }
}

@compute @workgroup_size(WORKGROUP)
fn zero(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i < params.size) { zeros[i] = vec4f(); }
}

// Addresses are the same in all threads: a load and a comparison serve a whole subgroup.
@compute @workgroup_size(WORKGROUP)
fn link(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = group.x * WORKGROUP;
  let after = min(own + WORKGROUP, params.N);
  let n = own + lane;
  if (n >= params.N) { return; }
  let token = tokens[n];
  var seen = false;
  for (var m = 0u; m < own; m += 4u) {
    seen = seen || any(vec4u(tokens[m], tokens[m + 1u], tokens[m + 2u], tokens[m + 3u]) == vec4u(token));
  }
  for (var m = own; m < after; m++) { seen = seen || (m < n && tokens[m] == token); }
  var next = END;
  for (var m = after + (params.N - after + 3u) / 4u * 4u; m > after; m -= 4u) {
    let p = min(vec4u(m) - vec4u(4u, 3u, 2u, 1u), vec4u(params.N - 1u));
    let places = select(vec4u(END), p, vec4u(tokens[p.x], tokens[p.y], tokens[p.z], tokens[p.w]) == vec4u(token));
    next = select(next, min(min(places.x, places.y), min(places.z, places.w)), any(places != vec4u(END)));
  }
  for (var m = after; m > own; m--) { next = select(next, m - 1u, m - 1u > n && tokens[m - 1u] == token); }
  links[n] = next | select(FIRST, 0u, seen);
}

@compute @workgroup_size(WORKGROUP)
fn sum(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let begin = group.x + group.y * groups.x;
  if (begin >= params.N) { return; }
  let link = links[begin];
  if ((link & FIRST) == 0u) { return; }
  let row = tokens[begin] * params.E;
  for (var e = lane; e < params.E; e += WORKGROUP) {
    var total = dy[begin * params.E + e];
    for (var n = link & END; n != END; n = links[n] & END) { total += dy[n * params.E + e]; }
    dtable[row + e] = total;
  }
}
