// Backward of gather_rows: y[picks[pickBase + r].x] += x[r], row after row, since rows may be picked more than once.
// picks as in gather_rows; x f32 [rows, hidden]; y f32 [.., hidden].
// Dispatch: a thread four columns of all rows.
// Reference: a sum in its test.
// Tolerance: 1e-6.
struct Params {
  rows: u32,
  hidden: u32,
  pickBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> picks: array<vec4u>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.hidden / 4u;
  if (id.x >= quads) {
    return;
  }
  for (var row = 0u; row < params.rows; row++) {
    y[picks[params.pickBase + row].x * quads + id.x] += x[row * quads + id.x];
  }
}
