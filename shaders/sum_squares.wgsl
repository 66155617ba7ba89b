// Sums of squares of a layer's gradients, `perThread` vec4s each: partials[partialBase + i].
// x f32 [4 quads]; partials f32.
// Dispatch: a thread a partial.
// Reference: a sum in its test.
// Tolerance: 1e-5 relative.
struct Params {
  quads: u32,
  perThread: u32,
  partialBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * params.perThread;
  if (first >= params.quads) {
    return;
  }
  var sum = vec4f(0.0);
  for (var i = first; i < min(first + params.perThread, params.quads); i++) {
    sum += x[i] * x[i];
  }
  partials[params.partialBase + id.x] = sum.x + sum.y + sum.z + sum.w;
}
