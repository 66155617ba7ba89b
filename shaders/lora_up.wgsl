// Upper half of a low-rank update of a fused matrix: y[t, o] += scale * sum_r B[o, r] sum_s u[s, t, uColumn + r].
// u f32 [sections, tokens, columns]; y f32 [tokens, outputs]; adapter f32: the B's [rows of the segment, rank] of up to
// three segments, one after the other from element bFrom on. Stacked row q belongs to segment 0, 1 from row split1 on,
// 2 from split2 on; segment s reads the u columns from s * rank on and writes output q + shift_s.
// All sizes but tokens are multiples of 4. A thread computes 4 rows x 4 tokens, in a matrix. No workgroup memory.
// Dispatch: x over quads of stacked rows, y over tiles of 4 tokens.
// Reference: reference/lora.ts.
// Tolerance: 1e-5 * sum |u B|.
override WORKGROUP_SIZE: u32;

struct Params {
  tokens: u32,
  rows: u32,
  rank: u32,
  columns: u32,
  sections: u32,
  outputs: u32,
  bFrom: u32,
  split1: u32,
  split2: u32,
  shift0: u32,
  shift1: u32,
  shift2: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<vec4f>;
@group(0) @binding(2) var<storage, read> adapter: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = 4u * id.x;
  let token = 4u * id.y;
  if (row >= params.rows || token >= params.tokens) {
    return;
  }
  let segment = u32(row >= params.split1) + u32(row >= params.split2);
  let shift = select(select(params.shift0, params.shift1, segment == 1u), params.shift2, segment == 2u);
  let rank_quads = params.rank / 4u;
  let rows = params.bFrom / 4u + (row + vec4u(0u, 1u, 2u, 3u)) * rank_quads;
  // Tokens past the end repeat the last one; they are never written.
  let tokens = min(token + vec4u(0u, 1u, 2u, 3u), vec4u(params.tokens - 1u));
  let u_from = tokens * (params.columns / 4u) + segment * rank_quads;
  let section_quads = params.tokens * (params.columns / 4u);
  var sums = mat4x4f();
  for (var r = 0u; r < rank_quads; r++) {
    var down = mat4x4f();
    for (var section = 0u; section < params.sections; section++) {
      let at = u_from + section * section_quads + r;
      down += mat4x4f(u[at.x], u[at.y], u[at.z], u[at.w]);
    }
    let b = mat4x4f(adapter[rows.x + r], adapter[rows.y + r], adapter[rows.z + r], adapter[rows.w + r]);
    sums += transpose(b) * down;
  }
  let token_end = min(token + 4u, params.tokens);
  for (var t = token; t < token_end; t++) {
    y[(t * params.outputs + row + shift) / 4u] += params.scale * sums[t - token];
  }
}
