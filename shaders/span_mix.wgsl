// Attention of packed rows, third of three: y[row, head] = sum over the positions it sees of weight * vector there.
// Forward: attention weights with values (section heads + kvHeads); backward: gradients of scores with keys (section
// heads), which gives the queries' gradients.
// weights f32 [rows, heads, 4 width]; qkv f32 [all rows, (heads + 2 kvHeads) headDim]; spans as in spans.wgsl;
// y f32 [all rows, yHeads headDim]: heads 0 .. heads - 1 of rows rowBase .. rowBase + rows - 1 are written.
// Dispatch: a thread four columns of one head of one row.
// Reference: reference/attention.ts.
// Tolerance: 1e-5.
struct Params {
  rows: u32,
  rowBase: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  width: u32,
  section: u32,
  yHeads: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(3) var<storage, read> spans: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.headDim / 4u;
  let row = id.x / (quads * params.heads);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / quads) % params.heads;
  let quad = id.x % quads;
  let span = spans[params.rowBase + row];
  let stride = (params.heads + 2u * params.kvHeads) * quads;
  let at = (params.section + head * params.kvHeads / params.heads) * quads + quad;
  let from_weight = (row * params.heads + head) * params.width;
  var sum = vec4f(0.0);
  for (var i = 0u; i <= span.w / 4u; i++) {
    // Weights past the last position are 0, so any row may be read there.
    let seen = min(4u * i + vec4u(0u, 1u, 2u, 3u), vec4u(span.w));
    let a = qkv[key_row(span, seen.x) * stride + at];
    let b = qkv[key_row(span, seen.y) * stride + at];
    let c = qkv[key_row(span, seen.z) * stride + at];
    let d = qkv[key_row(span, seen.w) * stride + at];
    sum += mat4x4f(a, b, c, d) * weights[from_weight + i];
  }
  y[((params.rowBase + row) * params.yHeads + head) * quads + quad] = sum;
}
