// RMSNorm: y[r] = x[q] * gain / sqrt(mean(x[q]^2) + eps), where q = rowBase + r * rowStride (stride 0 repeats one row).
// x f32 [.., hidden]; gain f32 [hidden]; y f32 [rows, hidden].
// Dispatch: a thread a row.
// Reference: reference/rmsnorm.ts.
// Tolerance: 1e-5 relative to the row's largest value.
struct Params {
  rows: u32,
  hidden: u32,
  rowBase: u32,
  rowStride: u32,
  eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= params.rows) {
    return;
  }
  let quads = params.hidden / 4u;
  let from_quad = (params.rowBase + row * params.rowStride) * quads;
  var squares = vec4f(0.0);
  for (var i = 0u; i < quads; i++) {
    let v = x[from_quad + i];
    squares += v * v;
  }
  let mean = (squares.x + squares.y + squares.z + squares.w) / f32(params.hidden);
  let factor = 1.0 / sqrt(mean + params.eps);
  for (var i = 0u; i < quads; i++) {
    y[row * quads + i] = x[from_quad + i] * factor * gain[i];
  }
}
