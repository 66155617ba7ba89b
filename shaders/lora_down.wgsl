// Lower half of a low-rank update: u[s, t, c] = sum of x[t, k] A[c, k] over the inputs k of section s.
// x f32 [tokens, inputs]; adapter f32, A [columns, inputs] from element aFrom on; u f32 [sections, tokens, columns].
// columns, inputs and sectionInputs are multiples of 4. A thread computes 4 columns x 4 tokens of a section, in a
// matrix (software adapters put arrays with a variable index into memory). Sections give GPUs enough threads: ranks are
// small, inputs long. The order of additions is the same for any number of tokens. No workgroup memory.
// Dispatch: a thread an index of tile, section and quad of columns.
// Reference: reference/lora.ts.
// Tolerance: 1e-5 * sum |x A|.
override WORKGROUP_SIZE: u32;

struct Params {
  tokens: u32,
  inputs: u32,
  columns: u32,
  aFrom: u32,
  sections: u32,
  sectionInputs: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> adapter: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> u: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column_quads = params.columns / 4u;
  let quad = id.x % column_quads;
  let section = (id.x / column_quads) % params.sections;
  let token = 4u * (id.x / (column_quads * params.sections));
  if (token >= params.tokens) {
    return;
  }
  let input_quads = params.inputs / 4u;
  let start = section * params.sectionInputs / 4u;
  let end = min(start + params.sectionInputs / 4u, input_quads);
  let rows = params.aFrom / 4u + (4u * quad + vec4u(0u, 1u, 2u, 3u)) * input_quads;
  // Tokens past the end repeat the last one; they are never written.
  let tokens = min(token + vec4u(0u, 1u, 2u, 3u), vec4u(params.tokens - 1u)) * input_quads;
  var sums = mat4x4f();
  for (var i = start; i < end; i++) {
    let a = mat4x4f(adapter[rows.x + i], adapter[rows.y + i], adapter[rows.z + i], adapter[rows.w + i]);
    sums += transpose(a) * mat4x4f(x[tokens.x + i], x[tokens.y + i], x[tokens.z + i], x[tokens.w + i]);
  }
  let token_end = min(token + 4u, params.tokens);
  for (var t = token; t < token_end; t++) {
    u[(section * params.tokens + t) * column_quads + quad] = sums[t - token];
  }
}
