// Roofline, arithmetic in f16: as fma.wgsl, in the widths that packed f16 units want. Values start below 1 and m is near 1 (the nearest
// f16 to 0.999 is 0.99902), so nothing overflows.
// FMAs a thread: rounds * UNROLL * CHAINS * width.
enable f16;

struct Params {
  rounds: u32,
  m: f32, a: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override WORKGROUP: u32 = 64u;
const CHAINS: u32 = 8u; // @spec
const UNROLL: u32 = 8u; // @spec

var<private> p: array<vec2<f16>, 16>;
var<private> q: array<vec4<f16>, 16>;

fn vector2_step(m: vec2<f16>, a: vec2<f16>) {
  p[0] = fma(p[0], m, a); p[1] = fma(p[1], m, a); p[2] = fma(p[2], m, a); p[3] = fma(p[3], m, a);
  if (CHAINS < 8u) { return; }
  p[4] = fma(p[4], m, a); p[5] = fma(p[5], m, a); p[6] = fma(p[6], m, a); p[7] = fma(p[7], m, a);
  if (CHAINS < 16u) { return; }
  p[8] = fma(p[8], m, a); p[9] = fma(p[9], m, a); p[10] = fma(p[10], m, a); p[11] = fma(p[11], m, a);
  p[12] = fma(p[12], m, a); p[13] = fma(p[13], m, a); p[14] = fma(p[14], m, a); p[15] = fma(p[15], m, a);
}

fn vector4_step(m: vec4<f16>, a: vec4<f16>) {
  q[0] = fma(q[0], m, a); q[1] = fma(q[1], m, a); q[2] = fma(q[2], m, a); q[3] = fma(q[3], m, a);
  if (CHAINS < 8u) { return; }
  q[4] = fma(q[4], m, a); q[5] = fma(q[5], m, a); q[6] = fma(q[6], m, a); q[7] = fma(q[7], m, a);
  if (CHAINS < 16u) { return; }
  q[8] = fma(q[8], m, a); q[9] = fma(q[9], m, a); q[10] = fma(q[10], m, a); q[11] = fma(q[11], m, a);
  q[12] = fma(q[12], m, a); q[13] = fma(q[13], m, a); q[14] = fma(q[14], m, a); q[15] = fma(q[15], m, a);
}

@compute @workgroup_size(WORKGROUP)
fn vector2(@builtin(global_invocation_id) id: vec3u) {
  let m = vec2<f16>(f16(params.m));
  let a = vec2<f16>(f16(params.a));
  for (var i = 0u; i < CHAINS; i++) { p[i] = vec2<f16>(f16(id.x & 63u) / 64.0h, f16(i) / 16.0h); }
  for (var r = 0u; r < params.rounds; r++) {
    vector2_step(m, a);
    if (UNROLL > 1u) { vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); vector2_step(m, a); }
  }
  var sum = vec2<f16>();
  for (var i = 0u; i < CHAINS; i++) { sum += p[i]; }
  y[id.x] = f32(sum.x + sum.y);
}

@compute @workgroup_size(WORKGROUP)
fn vector4(@builtin(global_invocation_id) id: vec3u) {
  let m = vec4<f16>(f16(params.m));
  let a = vec4<f16>(f16(params.a));
  for (var i = 0u; i < CHAINS; i++) { q[i] = vec4<f16>(f16(id.x & 63u) / 64.0h, f16(i) / 16.0h, 0.25h, 0.5h); }
  for (var r = 0u; r < params.rounds; r++) {
    vector4_step(m, a);
    if (UNROLL > 1u) { vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); vector4_step(m, a); }
  }
  var sum = vec4<f16>();
  for (var i = 0u; i < CHAINS; i++) { sum += q[i]; }
  y[id.x] = f32(sum.x + sum.y + sum.z + sum.w);
}
