// The second half of sample.wgsl: which token a row draws. It uses what that file declares.

fn tempered(logit: f32) -> f32 {
  return exp((logit - largest) / params.temperature);
}

// Tempered weight of the tokens of a block, a group or all that belong to the nucleus: those up to last_key, last_id.
fn id_mass(id: u32) -> f32 {
  let key = key_at(id);
  if (params.topP < 1.0 && !is_taken(key, id)) {
    return 0.0;
  }
  return tempered(logit_of(key));
}

fn block_mass(block_index: u32) -> f32 {
  let key = keys[blocks_at + block_index];
  if (params.topP >= 1.0) {
    return stats[blocks_at + block_index].y * tempered(logit_of(key));
  }
  if (key < last_key) {
    return 0.0;
  }
  var sum = 0.0;
  for (var id = block_index * params.blockSize; id < ids_end(block_index); id++) {
    sum += id_mass(id);
  }
  return sum;
}

fn group_mass(group: u32) -> f32 {
  let key = keys[groups_at + group];
  if (params.topP >= 1.0) {
    return stats[group_stats_at + group].y * tempered(logit_of(key));
  }
  if (key < last_key) {
    return 0.0;
  }
  var sum = 0.0;
  for (var block_index = group * params.groupSize; block_index < blocks_end(group); block_index++) {
    sum += block_mass(block_index);
  }
  return sum;
}

// Takes tokens (the first `taken` are in the list) until they hold topP of the weight; returns their weight.
fn find_nucleus(taken: u32) -> f32 {
  var total = 0.0;
  for (var group = 0u; group < params.groups; group++) {
    total += stats[group_stats_at + group].y * tempered(logit_of(keys[groups_at + group]));
  }
  if (params.topP >= 1.0) {
    return total;
  }
  var sum = 0.0;
  for (var i = 0u; i < taken; i++) {
    sum += tempered(top_logit[i]);
    if (sum >= params.topP * total) {
      last_id = top_id[i];
      last_key = key_at(last_id);
      return sum;
    }
  }
  while (sum < params.topP * total && take_next()) {
    sum += tempered(logit_of(last_key));
  }
  return sum;
}

// The first token, by id, at which the running weight exceeds `target`. A rounding error at the end of the sum leaves
// the last token that has weight.
fn token_at(target_mass: f32) -> u32 {
  var group = 0u;
  var before = 0.0;
  var sum = 0.0;
  for (var i = 0u; i < params.groups && sum <= target_mass; i++) {
    let mass = group_mass(i);
    if (mass > 0.0) {
      group = i;
      before = sum;
      sum += mass;
    }
  }
  var block_index = group * params.groupSize;
  sum = before;
  for (var i = block_index; i < blocks_end(group) && sum <= target_mass; i++) {
    let mass = block_mass(i);
    if (mass > 0.0) {
      block_index = i;
      before = sum;
      sum += mass;
    }
  }
  var id = block_index * params.blockSize;
  sum = before;
  for (var i = id; i < ids_end(block_index) && sum <= target_mass; i++) {
    let mass = id_mass(i);
    if (mass > 0.0) {
      id = i;
      sum += mass;
    }
  }
  return id;
}

// PCG output function (O'Neill 2014; RXS-M-XS on 32 bits), a good hash of one word.
fn hash(value: u32) -> u32 {
  let mixed = value * 747796405u + 2891336453u;
  let word = ((mixed >> ((mixed >> 28u) + 4u)) ^ mixed) * 277803737u;
  return (word >> 22u) ^ word;
}

// A number in [0, 1) that depends on seed, path and step only.
fn uniform_number(path: u32) -> f32 {
  return f32(hash(params.step + hash(path + hash(params.seed))) >> 8u) / 16777216.0;
}
