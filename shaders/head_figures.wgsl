// Joins head_blocks: ln p of each row's target id and the entropy of its whole distribution, in nats.
// logits, partials as there; picks as in gather_rows; figures f32 x 4 [.., (ln p, entropy, largest logit, ln of the sum
// of exponentials relative to it)]: rows pickBase .. pickBase + rows - 1 are written.
// Dispatch: a thread a row.
// Reference: reference/head.ts.
// Tolerance: 1e-4.
struct Params {
  rows: u32,
  vocabulary: u32,
  blocks: u32,
  pickBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> partials: array<vec4f>;
@group(0) @binding(3) var<storage, read> picks: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> figures: array<vec4f>;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows) {
    return;
  }
  let first = id.x * params.blocks;
  var largest = -3.0e38;
  for (var b = first; b < first + params.blocks; b++) {
    largest = max(largest, partials[b].x);
  }
  var sum = 0.0;
  var weighted = 0.0;
  for (var b = first; b < first + params.blocks; b++) {
    let partial = partials[b];
    let below = partial.x - largest;
    let factor = exp(below);
    sum += factor * partial.y;
    weighted += factor * (partial.z + below * partial.y);
  }
  let log_sum = log(sum);
  // The logit relative to the largest first: large logits cost no digits.
  let logprob = logits[id.x * params.vocabulary + picks[params.pickBase + id.x].y] - largest - log_sum;
  figures[params.pickBase + id.x] = vec4f(logprob, log_sum - weighted / sum, largest, log_sum);
}
