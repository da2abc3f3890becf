// Roofline, arithmetic: CHAINS independent chains of dependent fused multiply-adds a thread, nothing loaded, UNROLL steps a loop
// iteration. How many chains hide an FMA's latency, and how wide a vector should be, is the adapter's business: the peak is the
// maximum over entries (width) and settings. v = v * m + a with m near 1 stays finite; the sum is stored, or all of it would be removed.
// FMAs a thread: rounds * UNROLL * CHAINS * width.

struct Params {
  rounds: u32,
  m: f32, a: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override WORKGROUP: u32 = 64u;
const CHAINS: u32 = 8u; // @spec
const UNROLL: u32 = 8u; // @spec

var<private> s: array<f32, 16>;
var<private> p: array<vec2f, 16>;
var<private> q: array<vec4f, 16>;

fn scalar_step(m: f32, a: f32) {
  s[0] = fma(s[0], m, a); s[1] = fma(s[1], m, a); s[2] = fma(s[2], m, a); s[3] = fma(s[3], m, a);
  if (CHAINS < 8u) { return; }
  s[4] = fma(s[4], m, a); s[5] = fma(s[5], m, a); s[6] = fma(s[6], m, a); s[7] = fma(s[7], m, a);
  if (CHAINS < 12u) { return; }
  s[8] = fma(s[8], m, a); s[9] = fma(s[9], m, a); s[10] = fma(s[10], m, a); s[11] = fma(s[11], m, a);
  if (CHAINS < 16u) { return; }
  s[12] = fma(s[12], m, a); s[13] = fma(s[13], m, a); s[14] = fma(s[14], m, a); s[15] = fma(s[15], m, a);
}

fn vector2_step(m: vec2f, a: vec2f) {
  p[0] = fma(p[0], m, a); p[1] = fma(p[1], m, a); p[2] = fma(p[2], m, a); p[3] = fma(p[3], m, a);
  if (CHAINS < 8u) { return; }
  p[4] = fma(p[4], m, a); p[5] = fma(p[5], m, a); p[6] = fma(p[6], m, a); p[7] = fma(p[7], m, a);
  if (CHAINS < 12u) { return; }
  p[8] = fma(p[8], m, a); p[9] = fma(p[9], m, a); p[10] = fma(p[10], m, a); p[11] = fma(p[11], m, a);
  if (CHAINS < 16u) { return; }
  p[12] = fma(p[12], m, a); p[13] = fma(p[13], m, a); p[14] = fma(p[14], m, a); p[15] = fma(p[15], m, a);
}

fn vector4_step(m: vec4f, a: vec4f) {
  q[0] = fma(q[0], m, a); q[1] = fma(q[1], m, a); q[2] = fma(q[2], m, a); q[3] = fma(q[3], m, a);
  if (CHAINS < 8u) { return; }
  q[4] = fma(q[4], m, a); q[5] = fma(q[5], m, a); q[6] = fma(q[6], m, a); q[7] = fma(q[7], m, a);
  if (CHAINS < 12u) { return; }
  q[8] = fma(q[8], m, a); q[9] = fma(q[9], m, a); q[10] = fma(q[10], m, a); q[11] = fma(q[11], m, a);
  if (CHAINS < 16u) { return; }
  q[12] = fma(q[12], m, a); q[13] = fma(q[13], m, a); q[14] = fma(q[14], m, a); q[15] = fma(q[15], m, a);
}

@compute @workgroup_size(WORKGROUP)
fn scalar(@builtin(global_invocation_id) id: vec3u) {
  for (var i = 0u; i < CHAINS; i++) { s[i] = f32(id.x + i); }
  for (var r = 0u; r < params.rounds; r++) {
    scalar_step(params.m, params.a);
    if (UNROLL > 1u) {
      scalar_step(params.m, params.a); scalar_step(params.m, params.a); scalar_step(params.m, params.a); scalar_step(params.m, params.a);
      scalar_step(params.m, params.a); scalar_step(params.m, params.a); scalar_step(params.m, params.a);
    }
  }
  var sum = 0.0;
  for (var i = 0u; i < CHAINS; i++) { sum += s[i]; }
  y[id.x] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn vector2(@builtin(global_invocation_id) id: vec3u) {
  let m = vec2f(params.m);
  let a = vec2f(params.a);
  for (var i = 0u; i < CHAINS; i++) { p[i] = vec2f(f32(id.x), f32(i)); }
  for (var r = 0u; r < params.rounds; r++) {
    vector2_step(m, a);
    if (UNROLL > 1u) { vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); }
  }
  var sum = vec2f();
  for (var i = 0u; i < CHAINS; i++) { sum += p[i]; }
  y[id.x] = sum.x + sum.y;
}

@compute @workgroup_size(WORKGROUP)
fn vector4(@builtin(global_invocation_id) id: vec3u) {
  let m = vec4f(params.m);
  let a = vec4f(params.a);
  for (var i = 0u; i < CHAINS; i++) { q[i] = vec4f(f32(id.x), f32(i), 1.0, 2.0); }
  for (var r = 0u; r < params.rounds; r++) {
    vector4_step(m, a);
    if (UNROLL > 1u) { vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); }
  }
  var sum = vec4f();
  for (var i = 0u; i < CHAINS; i++) { sum += q[i]; }
  y[id.x] = sum.x + sum.y + sum.z + sum.w;
}
