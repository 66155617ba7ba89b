// Rotates queries and keys of packed rows in place, forward (direction 1) or back (-1: the rotation's gradient).
// Half-split pairs (i, i + headDim / 2) by the angle of the row's position. `rotated`: heads + kvHeads; values are
// unchanged.
// spans u32 x 4 [rows] as in spans.wgsl; rope f32 pairs (cos, sin) [positions, headDim / 2];
// qkv f32 [rows, allHeads headDim].
// Dispatch: a thread a pair of one head of one row.
// Reference: reference/rope.ts.
// Tolerance: 1e-6 of the pair's length.
struct Params {
  rows: u32,
  rotated: u32,
  allHeads: u32,
  headDim: u32,
  direction: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@group(0) @binding(2) var<storage, read> rope: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> qkv: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pairs = params.headDim / 2u;
  let row = id.x / (pairs * params.rotated);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / pairs) % params.rotated;
  let pair = id.x % pairs;
  let at = (row * params.allHeads + head) * params.headDim + pair;
  let turn = rope[spans[row].w * pairs + pair] * vec2f(1.0, params.direction);
  let a = qkv[at];
  let b = qkv[at + pairs];
  qkv[at] = a * turn.x - b * turn.y;
  qkv[at + pairs] = b * turn.x + a * turn.y;
}
