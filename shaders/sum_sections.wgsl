// Adds up the sections of matmul_q4_t in their order: y[i] = sum_s x[s, i].
// x f32 [sections, count]; y f32 [count]; count is given in vec4s.
// Dispatch: a thread a vec4.
// Reference: a sum in its test.
// Tolerance: 1e-6 relative.
struct Params {
  quads: u32,
  sections: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.quads) {
    return;
  }
  var sum = vec4f(0.0);
  for (var section = 0u; section < params.sections; section++) {
    sum += x[section * params.quads + id.x];
  }
  y[id.x] = sum;
}
