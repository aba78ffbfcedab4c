// The functions of one kernel. A build defines LANES, chooses the instructions, includes this
// file and publishes `functions`; all is inlined, so that no instruction leaks elsewhere.

#ifndef CKERNELS_KERNEL_H
#define CKERNELS_KERNEL_H

#include "CKernels.h"

#include <stdbool.h>
#include <string.h>

#include "Permutation16.h"
#include "Permutation24.h"
#if LANES >= 8
#include "SHA256Lanes.h"
#endif
#include "SHAKE128.h"
#include "SinglePermutation24.h"
#include "States.h"

static __attribute__((noinline)) void permute16_lanes(lanes *x) { permutation16(x); }
static __attribute__((noinline)) void permute24_lanes(lanes *x) { permutation24(x); }
static __attribute__((noinline)) void permute24_spread(spread_state *x) {
  single_permutation24(x);
}

static void permute16(uint32_t *states, size_t count) {
  for (size_t first = 0; first < count; first += LANES) {
    lanes v[16];
    load_states(v, states + 16 * first, 16, 16, count - first);
    permute16_lanes(v);
    store_states(v, states + 16 * first, 16, 16, count - first);
  }
}

// Canonical elements in Montgomery form, and back.
KERNEL void load_spread(spread_state *state, const uint32_t *elements) {
  for (int b = 0; b < STATE_VECTORS; b++) {
    half_lanes half;
    memcpy(&half, elements + PRODUCT_LANES * b, sizeof half);
    const lanes spread = (lanes)__builtin_convertvector(half, products);
    state->v[b] =
        canonical_products(reduce_unsigned(multiply_unsigned(spread, splat(R_SQUARED))));
  }
}

KERNEL void store_spread(const spread_state *state, uint32_t *elements) {
  for (int b = 0; b < STATE_VECTORS; b++) {
    const products canonical =
        canonical_products(reduce_unsigned(multiply_unsigned((lanes)state->v[b], splat(1))));
    const half_lanes half = __builtin_convertvector(canonical, half_lanes);
    memcpy(elements + PRODUCT_LANES * b, &half, sizeof half);
  }
}

// Whether `count` states are faster permuted one by one than side by side.
KERNEL bool is_few(size_t count) { return count <= SINGLE_STATES; }

static void permute24(uint32_t *states, size_t count) {
  size_t first = 0;
  for (; first < count && !is_few(count - first); first += LANES) {
    lanes v[24];
    load_states(v, states + 24 * first, 24, 24, count - first);
    permute24_lanes(v);
    store_states(v, states + 24 * first, 24, 24, count - first);
  }
  for (; first < count; first++) {
    spread_state state;
    load_spread(&state, states + 24 * first);
    permute24_spread(&state);
    store_spread(&state, states + 24 * first);
  }
}

static void compress24(const uint32_t *states, size_t count, uint32_t *digests) {
  size_t first = 0;
  for (; first < count && !is_few(count - first); first += LANES) {
    lanes v[24], input[8];
    load_states(v, states + 24 * first, 24, 24, count - first);
    memcpy(input, v, sizeof input);
    permute24_lanes(v);
    for (int i = 0; i < 8; i++) v[i] = add_modular(v[i], input[i]);
    store_states(v, digests + 8 * first, 8, 8, count - first);
  }
  for (; first < count; first++) {
    const uint32_t *input = states + 24 * first;
    uint32_t permuted[24];
    spread_state state;
    load_spread(&state, input);
    permute24_spread(&state);
    store_spread(&state, permuted);
    for (int i = 0; i < 8; i++) {
      const uint32_t sum = permuted[i] + input[i];
      digests[8 * first + i] = sum < P ? sum : sum - P;
    }
  }
}

static void absorb_one(
    const uint32_t *capacity, const uint32_t *message, size_t blocks, uint32_t *digest) {
  uint32_t elements[24] = {0};
  spread_state state, rate;
  memcpy(elements, capacity, 9 * sizeof *elements);
  load_spread(&state, elements);
  for (size_t block = 0; block < blocks; block++) {
    memcpy(elements + 9, message + RATE * block, RATE * sizeof *elements);
    load_spread(&rate, elements);
    memcpy(state.words + 9, rate.words + 9, RATE * sizeof *state.words);
    permute24_spread(&state);
  }
  store_spread(&state, elements);
  memcpy(digest, elements + 9, 8 * sizeof *digest);
}

static void absorb(
    const uint32_t *capacity, const uint32_t *messages, size_t count, size_t blocks,
    uint32_t *digests) {
  const size_t length = RATE * blocks;
  size_t first = 0;
  for (; first < count && !is_few(count - first); first += LANES) {
    states24 sponge;
    for (int i = 0; i < 9; i++) sponge.v[i] = splat(to_montgomery_scalar(capacity[i]));
    for (size_t block = 0; block < blocks; block++) {
      // 15 elements are two overlapping runs of eight.
      const uint32_t *rate = messages + length * first + RATE * block;
      load_states(sponge.v + 9, rate, length, 8, count - first);
      load_states(sponge.v + 16, rate + 7, length, 8, count - first);
      permute24_lanes(sponge.v);
    }
    store_states(sponge.v + 9, digests + 8 * first, 8, 8, count - first);
  }
  for (; first < count; first++) {
    absorb_one(capacity, messages + length * first, blocks, digests + 8 * first);
  }
}

static void shake128_blocks(
    const uint64_t *blocks, size_t count, size_t elements, uint32_t *output) {
  keccak_state states[2];
  states16 results;
  for (size_t first = 0; first < count; first += LANES) {
    memset(states, 0, sizeof states);
    for (size_t l = 0; l < LANES && first + l < count; l++) {
      const uint64_t *block = blocks + KERNEL_BLOCK_WORDS * (first + l);
      for (int i = 0; i < KERNEL_BLOCK_WORDS; i++) states[l % 2].words[i][l / 2] = block[i];
    }
    shake128(&states[0], &states[1]);
    for (size_t e = 0; e < elements; e++) {
      results.v[e] = from_montgomery(squeeze(&states[0], &states[1], (int)e));
    }
    for (size_t l = 0; l < LANES && first + l < count; l++) {
      for (size_t e = 0; e < elements; e++) {
        output[elements * (first + l) + e] = results.words[e][l];
      }
    }
  }
  kernel_wipe(states, sizeof states);
  kernel_wipe(&results, sizeof results);
}

// A tweak is a number in two base-P limbs, low limb first, canonical.
typedef union { lanes v[2]; uint32_t words[2][LANES]; } tweaks;

KERNEL void set_tweak(tweaks *tweak, size_t lane, uint64_t value) {
  tweak->words[0][lane] = (uint32_t)(value % P);
  tweak->words[1][lane] = (uint32_t)(value / P);
}

// Adds a number below P to every tweak.
KERNEL void advance_tweaks(tweaks *tweak, uint32_t amount) {
  const lanes sum = tweak->v[0] + splat(amount);
  const lanes low = __builtin_elementwise_min(sum, sum - splat(P));
  tweak->v[1] -= (lanes)(low != sum);
  tweak->v[0] = low;
}

// The tweak of step `step` of a chain; what a step and a chain more add to it.
#define TWEAK_OF_STEP ((uint32_t)1 << 8)
#define TWEAK_OF_CHAIN ((uint32_t)1 << 16)

KERNEL uint64_t chain_tweak(uint32_t slot, uint32_t chain, uint32_t step) {
  return (uint64_t)slot << 24 | chain * TWEAK_OF_CHAIN | step * TWEAK_OF_STEP;
}

// One step of the chains: digest | parameter | tweak | 0, permuted, plus the input digest.
KERNEL void step_chains(states16 *s, tweaks *tweak) {
  advance_tweaks(tweak, TWEAK_OF_STEP);
  states16 permuted = *s;
  for (int i = 0; i < 2; i++) permuted.v[13 + i] = to_montgomery(tweak->v[i]);
  permute16_lanes(permuted.v);
  for (int i = 0; i < 8; i++) s->v[i] = add_modular(s->v[i], permuted.v[i]);
}

// Fills `order` with the chains that have steps to walk, longest first; returns their number.
static size_t longest_first(const kernel_chain *chains, size_t count, uint16_t *order) {
  int longest = 0;
  for (size_t c = 0; c < count; c++) {
    const int length = chains[c].to - chains[c].from;
    if (length > longest) longest = length;
  }
  size_t ordered = 0;
  for (int length = longest; length > 0; length--) {
    for (size_t c = 0; c < count; c++) {
      if (chains[c].to - chains[c].from == length) order[ordered++] = (uint16_t)c;
    }
  }
  return ordered;
}

static void walk_chains(kernel_chain *chains, size_t count) {
  uint16_t order[KERNEL_MAXIMUM_CHAINS];
  const size_t ordered = longest_first(chains, count, order);
  kernel_chain *walking[LANES] = {0};
  int step[LANES] = {0};
  states16 s = {0};
  tweaks tweak = {0};
  size_t next = 0, finished = 0;
  while (finished < ordered) {
    for (size_t l = 0; l < LANES && next < ordered; l++) {
      if (walking[l]) continue;
      kernel_chain *chain = walking[l] = &chains[order[next++]];
      step[l] = chain->from;
      for (int i = 0; i < 8; i++) s.words[i][l] = to_montgomery_scalar(chain->digest[i]);
      for (int i = 0; i < 5; i++) s.words[8 + i][l] = to_montgomery_scalar(chain->parameter[i]);
      set_tweak(&tweak, l, chain_tweak(chain->slot, chain->chain, chain->from));
    }
    step_chains(&s, &tweak);
    states16 canonical_digests;
    bool is_converted = false;
    for (size_t l = 0; l < LANES; l++) {
      if (!walking[l] || ++step[l] != walking[l]->to) continue;
      if (!is_converted) {
        for (int i = 0; i < 8; i++) canonical_digests.v[i] = from_montgomery(s.v[i]);
        is_converted = true;
      }
      for (int i = 0; i < 8; i++) walking[l]->digest[i] = canonical_digests.words[i][l];
      walking[l] = NULL;
      finished++;
    }
  }
}

#define LEAF_ELEMENTS (7 + KERNEL_DIGEST_ELEMENTS * KERNEL_MAXIMUM_DIMENSION)

// Input of a chain's start: domain (16) | 0 | key (32) | slot (4) | chain (8), then the padding.
#define CHAIN_WORDS 8
#define CHAIN_OFFSET 60

// The inputs of the starts of chain 0 for consecutive slots; only the slot differs.
KERNEL void fill_chain_inputs(
    keccak_state inputs[2], const uint8_t *prf_key, uint32_t first_slot) {
  static const uint8_t domain[16] = {
      0xae, 0xae, 0x22, 0xff, 0, 1, 0xfa, 0xff, 0x21, 0xaf, 0x12, 0, 1, 0x11, 0xff, 0};
  uint64_t words[CHAIN_WORDS] = {0};
  uint8_t *block = (uint8_t *)words;
  memcpy(block, domain, sizeof domain);
  memcpy(block + 17, prf_key, 32);
  block[CHAIN_OFFSET + 1] = 0x1f;
  memset(inputs, 0, 2 * sizeof *inputs);
  for (uint32_t l = 0; l < LANES; l++) {
    const uint32_t slot = __builtin_bswap32(first_slot + l);
    memcpy(block + 49, &slot, sizeof slot);
    for (int i = 0; i < CHAIN_WORDS; i++) inputs[l % 2].words[i][l / 2] = words[i];
  }
  kernel_wipe(words, sizeof words);
}

static void leaves(
    const kernel_leaf_shape *shape, const uint8_t *prf_key, uint32_t first_slot,
    uint32_t *digests) {
  keccak_state inputs[2], starts[2];
  lanes leaf[LEAF_ELEMENTS + RATE];  // parameter | tweak | chain ends | zeros
  states16 s;
  tweaks leaf_tweak, chain_tweaks;
  fill_chain_inputs(inputs, prf_key, first_slot);
  for (int i = 0; i < 5; i++) {
    s.v[8 + i] = leaf[i] = splat(to_montgomery_scalar(shape->parameter[i]));
  }
  s.v[15] = splat(0);
  for (uint32_t l = 0; l < LANES; l++) {
    set_tweak(&leaf_tweak, l, (uint64_t)(first_slot + l) << 8 | 1);
    set_tweak(&chain_tweaks, l, chain_tweak(first_slot + l, 0, 0));
  }
  for (int i = 0; i < 2; i++) leaf[5 + i] = to_montgomery(leaf_tweak.v[i]);
  for (uint32_t chain = 0; chain < shape->dimension; chain++) {
    memcpy(starts, inputs, sizeof starts);
    for (int i = 0; i < 2; i++) {
      starts[i].v[CHAIN_OFFSET / 8] |= splat_product((uint64_t)chain << (CHAIN_OFFSET % 8 * 8));
    }
    shake128(&starts[0], &starts[1]);
    for (int i = 0; i < 8; i++) s.v[i] = squeeze(&starts[0], &starts[1], i);
    tweaks tweak = chain_tweaks;
    for (uint32_t step = 1; step <= shape->steps; step++) step_chains(&s, &tweak);
    advance_tweaks(&chain_tweaks, TWEAK_OF_CHAIN);
    memcpy(&leaf[7 + 8 * chain], s.v, 8 * sizeof(lanes));
  }
  const uint32_t elements = 7 + 8 * shape->dimension;
  for (int i = 0; i < RATE; i++) leaf[elements + i] = splat(0);
  states24 sponge;
  for (int i = 0; i < 9; i++) sponge.v[i] = splat(to_montgomery_scalar(shape->capacity[i]));
  for (uint32_t first = 0; first < elements; first += RATE) {
    memcpy(&sponge.v[9], &leaf[first], RATE * sizeof(lanes));
    permute24_lanes(sponge.v);
  }
  store_states(sponge.v + 9, digests, 8, 8, LANES);
  kernel_wipe(inputs, sizeof inputs);
  kernel_wipe(starts, sizeof starts);
}

// Input of an attempt's randomness: ... | message (32) | attempt (8), then the padding. The low
// 40 bits of the attempt, big-endian, begin this word.
#define ATTEMPT_WORD 11
#define MAXIMUM_CODEWORD_ELEMENTS 8

// What turns the division by a number of n bits into a multiplication by 2^(31 + n) / divisor,
// exact for numerators below 2^31.
typedef struct { uint32_t factor; int shift; } divisor;

static divisor make_divisor(uint32_t number) {
  const int bits = 32 - __builtin_clz(number);
  return (divisor){(uint32_t)((1ull << (31 + bits)) / number + 1), bits - 1};
}

KERNEL lanes divide(lanes a, divisor by) {
  const lanes factor = splat(by.factor);
  return interleave(multiply_unsigned(a, factor), multiply_unsigned(odd_lanes(a), factor))
      >> (uint32_t)by.shift;
}

// The sum of the digits of each lane's hash; none, which no target is, where an element is P - 1.
KERNEL lanes digit_sums(const lanes *hash, const kernel_search *search, divisor quotient) {
  lanes sum = splat(0), excluded = splat(0);
  uint32_t remaining = search->dimension;
  for (int i = 0; remaining > 0; i++) {
    const uint32_t count =
        remaining < search->digits_per_element ? remaining : search->digits_per_element;
    const lanes element = from_montgomery(hash[i]);
    excluded |= (lanes)(element == splat(P - 1));
    lanes group = divide(element, quotient);
    for (uint32_t digit = 0; digit < count; digit++) {
      sum += group & splat((1u << search->digit_bits) - 1);
      group >>= search->digit_bits;
    }
    remaining -= count;
  }
  return sum | excluded;
}

static uint64_t search_codeword(const kernel_search *search, uint64_t limit) {
  const divisor quotient = make_divisor(search->quotient);
  keccak_state states[2] = {0};
  lanes message[24];
  union { lanes v; uint32_t words[LANES]; } sums;
  for (int i = 0; i < 24; i++) message[i] = splat(to_montgomery_scalar(search->message[i]));
  uint64_t found = limit;
  for (uint64_t first = 0; first < limit && found == limit; first += LANES) {
    for (int i = 0; i < 25; i++) {
      const uint64_t word = i < KERNEL_BLOCK_WORDS ? search->input[i] : 0;
      states[0].v[i] = states[1].v[i] = splat_product(word);
    }
    for (uint64_t l = 0; l < LANES; l++) {
      states[l % 2].words[ATTEMPT_WORD][l / 2] |= __builtin_bswap64(first + l) >> 24;
    }
    shake128(&states[0], &states[1]);
    for (int i = 0; i < 7; i++) message[16 + i] = squeeze(&states[0], &states[1], i);
    lanes hash[24];
    memcpy(hash, message, sizeof hash);
    permute24_lanes(hash);
    for (int i = 0; i < MAXIMUM_CODEWORD_ELEMENTS; i++) {
      hash[i] = add_modular(hash[i], message[i]);
    }
    sums.v = digit_sums(hash, search, quotient);
    for (uint64_t l = LANES; l-- > 0;) {
      if (sums.words[l] == search->target_sum && first + l < limit) found = first + l;
    }
  }
  kernel_wipe(states, sizeof states);
  return found;
}

static const vector_kernel functions = {
    .lanes = LANES,
    .permute16 = permute16,
    .permute24 = permute24,
    .compress24 = compress24,
    .absorb = absorb,
    .shake128 = shake128_blocks,
    .walk_chains = walk_chains,
    .leaves = leaves,
#if LANES >= 8  // Four lanes gain nothing.
    .hash_pairs = hash_pairs,
#endif
    .search = search_codeword,
};

#endif
