// y[r] = x[picks[pickBase + r].x].
// picks u32 x 4 (source row, target id, bits of the coefficient, 0); x f32 [.., hidden]; y f32 [rows, hidden].
// Dispatch: a thread four columns of a row.
// Reference: a copy in its test.
// Tolerance: exact.
struct Params {
  rows: u32,
  hidden: u32,
  pickBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> picks: array<vec4u>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.hidden / 4u;
  let row = id.x / quads;
  if (row >= params.rows) {
    return;
  }
  y[id.x] = x[picks[params.pickBase + row].x * quads + id.x % quads];
}
