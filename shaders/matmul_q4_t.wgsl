// int4 product backwards: dX[t, k] = sum_o dY[t, o] W[o, k] + dX[t, k] (when accumulate), from the weights as matmul_q4
// has them: a thread computes a word, that is 8 columns, of 4 * TOKEN_QUADS tokens.
// dY f32 [tokens, outputs]; weight u32 [outputs, inputs / 8]; scales; dX f32 [sections, tokens, inputs].
// Tokens tokenBase .. tokens - 1 are computed. inputs is a multiple of 32, outputs of 4. Where the tokens alone are too
// few to keep a GPU busy, the outputs are split into `sections` of whole quads, each summed by its own threads;
// sum_sections adds them up.
// Dispatch: x over words, y over tiles of tokens, z over sections.
// Reference: reference/backward.ts.
// Tolerance: 1e-5 * sum |dY W|.
override TOKEN_QUADS: u32;
override WORKGROUP_SIZE: u32;

struct Params {
  tokens: u32,
  tokenBase: u32,
  inputs: u32,
  outputs: u32,
  sections: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dY: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read_write> dX: array<vec4f>;

fn scale_at(group: u32) -> f32 {
  return scale_value(scales[scale_word_index(group)], group);
}

fn write_tile(first: u32, column: u32, section: u32, low: mat4x4f, high: mat4x4f) {
  let end = min(first + 4u, params.tokens);
  var lows = low;
  var highs = high;
  for (var t = first; t < end; t++) {
    let at = (section * params.tokens + t) * (params.inputs / 4u) + column;
    if (params.accumulate != 0u) {
      dX[at] += lows[t - first];
      dX[at + 1u] += highs[t - first];
    } else {
      dX[at] = lows[t - first];
      dX[at + 1u] = highs[t - first];
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let words = params.inputs / 8u;
  let word = id.x;
  let token = params.tokenBase + id.y * 4u * TOKEN_QUADS;
  if (word >= words || token >= params.tokens) {
    return;
  }
  let groups = words / 4u;
  let quads = params.outputs / 4u;
  // Tokens past the end repeat the last one; they are never written.
  let from_a = min(token + vec4u(0u, 1u, 2u, 3u), vec4u(params.tokens - 1u)) * quads;
  let from_b = min(token + vec4u(4u, 5u, 6u, 7u), vec4u(params.tokens - 1u)) * quads;
  let section_quads = (quads + params.sections - 1u) / params.sections;
  let quad_end = min((id.z + 1u) * section_quads, quads);
  var low_a = mat4x4f();
  var high_a = mat4x4f();
  var low_b = mat4x4f();
  var high_b = mat4x4f();
  for (var quad = id.z * section_quads; quad < quad_end; quad++) {
    let at = 4u * quad * words + word;
    let group = 4u * quad * groups + word / 4u;
    let scale = vec4f(
      scale_at(group),
      scale_at(group + groups),
      scale_at(group + 2u * groups),
      scale_at(group + 3u * groups),
    );
    let packed = vec4u(weight[at], weight[at + words], weight[at + 2u * words], weight[at + 3u * words]);
    let low = mat4x4f(
      low_weights(packed.x, scale.x),
      low_weights(packed.y, scale.y),
      low_weights(packed.z, scale.z),
      low_weights(packed.w, scale.w),
    );
    let high = mat4x4f(
      high_weights(packed.x, scale.x),
      high_weights(packed.y, scale.y),
      high_weights(packed.z, scale.z),
      high_weights(packed.w, scale.w),
    );
    let dy_a = mat4x4f(dY[from_a.x + quad], dY[from_a.y + quad], dY[from_a.z + quad], dY[from_a.w + quad]);
    low_a += low * dy_a;
    high_a += high * dy_a;
    if (TOKEN_QUADS == 2u) {
      let dy_b = mat4x4f(dY[from_b.x + quad], dY[from_b.y + quad], dY[from_b.z + quad], dY[from_b.w + quad]);
      low_b += low * dy_b;
      high_b += high * dy_b;
    }
  }
  write_tile(token, 2u * word, id.z, low_a, high_a);
  if (TOKEN_QUADS == 2u) {
    write_tile(token + 4u, 2u * word, id.z, low_b, high_b);
  }
}
