// One decode step's figures and the next token of each row, from what logit_blocks and logit_groups prepared.
// Takes the likeliest tokens one by one (exact; ties go to the lower id), and from them: top-K entropies, confidence
// and alternatives. Then draws a token: temperature, nucleus (the smallest set of likeliest tokens that holds topP of
// the tempered probability; topP 1: all), inverse CDF in the order of ids, with a number hashed from (seed, path,
// step).
// logits u32 bits of f32 [rows, vocabulary]; keys, stats as in logit_blocks; slots u32 [rows] path numbers;
// tokens u32 [paths] and state f32 pairs [paths] (running mean of the entropy and sum of squared deviations) are
// updated;
// records u32 [.., RECORD_WORDS]: row recordBase + r is written; src/run/columns.ts names its words.
// Dispatch: a thread a row.
// Reference: reference/sampling.ts.
// Tolerance: 1e-4 (entropies, log-probabilities); token exact where the drawn number is further than 1e-5 from a step
// of the CDF.
const MOST_TAKEN = 64u;
const REPORTED_KS = vec4u(5u, 10u, 20u, 40u);
const CONFIDENCE_K = 20u;
const ALTERNATIVES = 5u;
const RECORD_WORDS = 24u;
const NO_TOKEN = 0xffffffffu;
const PROBABILITY_FLOOR = 1.0e-10;

struct Params {
  rows: u32,
  vocabulary: u32,
  activeVocab: u32,
  blockSize: u32,
  blocks: u32,
  groupSize: u32,
  groups: u32,
  step: u32,
  seed: u32,
  entropyK: u32,
  recordBase: u32,
  temperature: f32,
  topP: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> stats: array<vec4f>;
@group(0) @binding(3) var<storage, read> slots: array<u32>;
@group(0) @binding(4) var<storage, read_write> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> records: array<u32>;

// Where this row's sections start.
var<private> logits_at: u32;
var<private> blocks_at: u32;
var<private> blocks_left_at: u32;
var<private> groups_at: u32;
var<private> groups_left_at: u32;
var<private> group_stats_at: u32;
// The row's largest logit, and ln of the sum of exponentials relative to it (so that large logits cost no digits).
var<private> largest: f32;
var<private> log_sum: f32;
// The last token taken: every token before it in the order (key falling, id rising) has been taken too.
var<private> last_key: u32;
var<private> last_id: u32;
var<private> top_logit: array<f32, MOST_TAKEN>;
var<private> top_id: array<u32, MOST_TAKEN>;

fn key_at(id: u32) -> u32 {
  return key_of(logits[logits_at + id]);
}

// ln p over the whole vocabulary, at temperature 1.
fn logprob_of(logit: f32) -> f32 {
  return logit - largest - log_sum;
}

fn is_taken(key: u32, id: u32) -> bool {
  return key > last_key || (key == last_key && id <= last_id);
}

// Index in [first, last) of the first largest key of a section.
fn largest_in(section: u32, first: u32, last: u32) -> u32 {
  var best = first;
  var best_key = keys[section + first];
  for (var i = first + 1u; i < last; i++) {
    let key = keys[section + i];
    if (key > best_key) {
      best = i;
      best_key = key;
    }
  }
  return best;
}

fn blocks_end(group: u32) -> u32 {
  return min((group + 1u) * params.groupSize, params.blocks);
}

fn ids_end(block_index: u32) -> u32 {
  return min((block_index + 1u) * params.blockSize, params.activeVocab);
}

// Takes the likeliest token not yet taken into last_key, last_id; false when none is left.
fn take_next() -> bool {
  let group = largest_in(groups_left_at, 0u, params.groups);
  let block_index = largest_in(blocks_left_at, group * params.groupSize, blocks_end(group));
  let key = keys[blocks_left_at + block_index];
  if (key == 0u) {
    return false;
  }
  var id = block_index * params.blockSize;
  while (id < ids_end(block_index) && (key_at(id) != key || is_taken(key, id))) {
    id++;
  }
  last_key = key;
  last_id = id;
  var left = 0u;
  for (var i = block_index * params.blockSize; i < ids_end(block_index); i++) {
    let other = key_at(i);
    if (!is_taken(other, i)) {
      left = max(left, other);
    }
  }
  keys[blocks_left_at + block_index] = left;
  let next = largest_in(blocks_left_at, group * params.groupSize, blocks_end(group));
  keys[groups_left_at + group] = keys[blocks_left_at + next];
  return true;
}

// Entropy of the k likeliest, renormalised among themselves, in nats. docs/METHOD.md#entropy
fn top_entropy(k: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < k; i++) {
    sum += exp(top_logit[i] - largest);
  }
  let top_log_sum = log(sum);
  var entropy = 0.0;
  for (var i = 0u; i < k; i++) {
    let log_p = max(top_logit[i] - largest - top_log_sum, log(PROBABILITY_FLOOR));
    entropy -= exp(log_p) * log_p;
  }
  return entropy;
}

fn write_float(at: u32, value: f32) {
  records[at] = bitcast<u32>(value);
}

fn find_sections(row: u32) {
  let all_blocks = params.rows * params.blocks;
  let all_groups = params.rows * params.groups;
  logits_at = row * params.vocabulary;
  blocks_at = row * params.blocks;
  blocks_left_at = all_blocks + blocks_at;
  groups_at = 2u * all_blocks + row * params.groups;
  groups_left_at = all_groups + groups_at;
  group_stats_at = all_blocks + row * params.groups;
}

// Joins the groups: sets largest and log_sum; returns (sum of logits, 1 if bad).
fn join_groups() -> vec2f {
  largest = logit_of(keys[groups_at + largest_in(groups_at, 0u, params.groups)]);
  var sum = 0.0;
  var sum_logits = 0.0;
  var bad = 0.0;
  for (var group = 0u; group < params.groups; group++) {
    let stat = stats[group_stats_at + group];
    sum += stat.x * exp(logit_of(keys[groups_at + group]) - largest);
    sum_logits += stat.z;
    bad = max(bad, stat.w);
  }
  log_sum = log(sum);
  return vec2f(sum_logits, bad);
}

// Fills the list of the likeliest; returns how many there are.
fn take_likeliest() -> u32 {
  last_key = 0xffffffffu;
  last_id = 0u;
  let wanted = min(max(REPORTED_KS.w, params.entropyK), params.activeVocab);
  var taken = 0u;
  while (taken < wanted && take_next()) {
    top_logit[taken] = logit_of(last_key);
    top_id[taken] = last_id;
    taken++;
  }
  return taken;
}

// Mean over the likeliest 20 of -ln p, p over the whole vocabulary. (DeepConf, arXiv 2508.15260)
fn confidence_of(taken: u32) -> f32 {
  let k = min(CONFIDENCE_K, taken);
  var sum = 0.0;
  for (var i = 0u; i < k; i++) {
    sum -= logprob_of(top_logit[i]);
  }
  return sum / f32(k);
}

// Running mean and population variance of the entropy (Welford 1962).
fn follow_entropy(path: u32, entropy: f32) -> vec2f {
  let count = f32(params.step + 1u);
  let so_far = select(state[path], vec2f(0.0), params.step == 0u);
  let from_mean = entropy - so_far.x;
  let mean = so_far.x + from_mean / count;
  let squares = so_far.y + from_mean * (entropy - mean);
  state[path] = vec2f(mean, squares);
  return vec2f(mean, squares / count);
}

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let row = invocation.x;
  if (row >= params.rows) {
    return;
  }
  find_sections(row);
  let path = slots[row];
  let record = (params.recordBase + row) * RECORD_WORDS;
  let joined = join_groups();
  records[record] = path;
  records[record + 1u] = params.step;
  records[record + 2u] = u32(joined.y);
  if (joined.y != 0.0) {
    tokens[path] = 0u;
    return;
  }
  let taken = take_likeliest();
  for (var i = 0u; i < 4u; i++) {
    write_float(record + 5u + i, top_entropy(min(REPORTED_KS[i], taken)));
  }
  let entropy = top_entropy(min(params.entropyK, taken));
  let running = follow_entropy(path, entropy);
  write_float(record + 9u, entropy);
  write_float(record + 10u, confidence_of(taken));
  write_float(record + 11u, logprob_of(joined.x / f32(params.activeVocab)));
  write_float(record + 12u, running.x);
  write_float(record + 13u, running.y);
  for (var i = 0u; i < ALTERNATIVES; i++) {
    let exists = i < taken;
    records[record + 14u + i] = select(NO_TOKEN, top_id[i], exists);
    write_float(record + 19u + i, select(LOWEST, logprob_of(top_logit[i]), exists));
  }
  let mass = find_nucleus(taken);
  let token = token_at(uniform_number(path) * mass);
  tokens[path] = token;
  records[record + 3u] = token;
  write_float(record + 4u, logprob_of(logit_of(key_at(token))));
}
