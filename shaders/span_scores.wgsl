// Attention of packed rows, first of three: scaled scores of `rows` rows from rowBase on against every position they
// see.
// qkv f32 [all rows, (heads + 2 kvHeads) headDim], queries and keys rotated; spans as in spans.wgsl;
// scores f32 [rows, heads, 4 width], the last quad filled up with -3e38.
// Dispatch: a thread four positions of one head of one row.
// Reference: reference/attention.ts.
// Tolerance: 1e-5.
struct Params {
  rows: u32,
  rowBase: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  width: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> spans: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (params.width * params.heads);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / params.width) % params.heads;
  let span = spans[params.rowBase + row];
  let positions = 4u * (id.x % params.width) + vec4u(0u, 1u, 2u, 3u);
  if (positions.x > span.w) {
    return;
  }
  let quads = params.headDim / 4u;
  let all_heads = params.heads + 2u * params.kvHeads;
  let q_at = ((params.rowBase + row) * all_heads + head) * quads;
  let key_head = params.heads + head * params.kvHeads / params.heads;
  let seen = min(positions, vec4u(span.w));
  let k_rows = vec4u(key_row(span, seen.x), key_row(span, seen.y), key_row(span, seen.z), key_row(span, seen.w));
  let k_at = (k_rows * all_heads + key_head) * quads;
  var sums = vec4f(0.0);
  for (var i = 0u; i < quads; i++) {
    sums += qkv[q_at + i] * mat4x4f(qkv[k_at.x + i], qkv[k_at.y + i], qkv[k_at.z + i], qkv[k_at.w + i]);
  }
  scores[id.x] = select(vec4f(-3.0e38), sums * params.scale, positions <= vec4u(span.w));
}
