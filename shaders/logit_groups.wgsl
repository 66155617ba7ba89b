// Joins groupSize blocks of logit_blocks into one group: the same quantities, relative to the group's largest logit.
// keys and stats as there; here the groups' sections are written.
// Dispatch: a thread a group of a row.
// Reference: reference/sampling.ts.
// Tolerance: 1e-5 relative; keys exact.
struct Params {
  rows: u32,
  blocks: u32,
  groupSize: u32,
  groups: u32,
  temperature: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> stats: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / params.groups;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.blocks + (id.x % params.groups) * params.groupSize;
  let last = min(first + params.groupSize, (row + 1u) * params.blocks);
  var largest_key = 0u;
  for (var b = first; b < last; b++) {
    largest_key = max(largest_key, keys[b]);
  }
  let largest = logit_of(largest_key);
  var sums = vec3f(0.0);
  var bad = 0.0;
  for (var b = first; b < last; b++) {
    let below = logit_of(keys[b]) - largest;
    let stat = stats[b];
    sums += vec3f(stat.x * exp(below), stat.y * exp(below / params.temperature), stat.z);
    bad = max(bad, stat.w);
  }
  let from_group = 2u * params.rows * params.blocks;
  keys[from_group + id.x] = largest_key;
  keys[from_group + params.rows * params.groups + id.x] = largest_key;
  stats[params.rows * params.blocks + id.x] = vec4f(sums, bad);
}
