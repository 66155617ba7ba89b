// Prepended to every kernel that reads int4 weights. MLC's layout: weight (o, k) is the nibble k % 8 of word o * K / 8
// + k / 8, minus 7, times the scale of its group of 32, number o * K / 32 + k / 32.
// Scales stay as the file has them: two f16 (0) or two bf16 (1) in a word, or one f32 (2).
override SCALE_FORMAT: u32;

fn scale_word_index(group: u32) -> u32 {
  return select(group >> 1u, group, SCALE_FORMAT == 2u);
}

fn scale_value(word: u32, group: u32) -> f32 {
  if (SCALE_FORMAT == 2u) {
    return bitcast<f32>(word);
  }
  let half = (word >> (16u * (group & 1u))) & 0xffffu;
  if (SCALE_FORMAT == 1u) {
    return bitcast<f32>(half << 16u);
  }
  return unpack2x16float(half).x;
}

// Columns 0..3 and 4..7 of a word, as weights. Through i32: CPUs convert unsigned integers in several instructions, and
// software adapters run the int4 product 5 to 10 % faster so.
fn low_weights(word: u32, scale: f32) -> vec4f {
  return (vec4f(vec4i((vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u))) - 7.0) * scale;
}

fn high_weights(word: u32, scale: f32) -> vec4f {
  return (vec4f(vec4i((vec4u(word) >> vec4u(16u, 20u, 24u, 28u)) & vec4u(15u))) - 7.0) * scale;
}
