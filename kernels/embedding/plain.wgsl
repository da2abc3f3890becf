// embedding: rows of a table by token.
//   forward       y[n] = table[tokens[n]], a thread an element
//   grad_weight   dtable[v] = sum over n with tokens[n] = v of dy[n], in the order of n and without atomics:
//     zero    all of dtable, four elements a thread
//     link    after each place the next one with the same token, and whether it is the token's first; N^2 comparisons in
//             all, a quarter of a million at 20 x 35, through workgroup memory
//     sum     a thread an element of a token's first place walks the chain
// Work is N^2 + N E + V E stores; a scan of the tokens by every row of the table would be V N.

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

override WORKGROUP: u32 = 64u;

// Behind a chain's last place; its first place has FIRST added.
const END: u32 = 0x7fffffffu;
const FIRST: u32 = 0x80000000u;

var<workgroup> slab: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.N * params.E) { return; }
  y[i] = table[tokens[i / params.E] * params.E + i % params.E];
}

@compute @workgroup_size(WORKGROUP)
fn zero(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i < params.size) { zeros[i] = vec4f(); }
}

@compute @workgroup_size(WORKGROUP)
fn link(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = id.x;
  let token = tokens[min(n, params.N - 1u)];
  var next = END;
  var first = FIRST;
  for (var begin = 0u; begin < params.N; begin += WORKGROUP) {
    slab[lane] = tokens[min(begin + lane, params.N - 1u)];
    workgroupBarrier();
    for (var i = 0u; i < min(WORKGROUP, params.N - begin); i++) {
      let place = begin + i;
      let same = slab[i] == token;
      if (same && place < n) { first = 0u; }
      if (same && place > n) { next = min(next, place); }
    }
    workgroupBarrier();
  }
  if (n < params.N) { links[n] = next | first; }
}

@compute @workgroup_size(WORKGROUP)
fn sum(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if (i >= params.N * params.E) { return; }
  let e = i % params.E;
  var n = i / params.E;
  var link = links[n];
  if ((link & FIRST) == 0u) { return; }
  let at = tokens[n] * params.E + e;
  var total = dy[i];
  for (n = link & END; n != END; n = links[n] & END) { total += dy[n * params.E + e]; }
  dtable[at] = total;
}
