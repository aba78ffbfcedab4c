// The entry points. On x86-64 everything between push and pop is compiled for AVX2 and must only
// run after `cposeidon_is_supported`; the kernels are inlined, so no AVX2 code leaks elsewhere.
// Other processors (NEON) run the same source compiled for their baseline.

#include "CPoseidon.h"

#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the kernels read and write little-endian words"
#endif

bool cposeidon_is_supported(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return true;
#endif
}

void cposeidon_wipe(void *bytes, size_t count) {
  memset(bytes, 0, count);
  __asm__ volatile("" : : "r"(bytes) : "memory");
}

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#endif

#include "Permutation16.h"
#include "Permutation24.h"
#include "SHAKE128.h"
#include "SinglePermutation24.h"

// Eight states side by side: element i of lane l is words[i][l].
typedef union { lanes v[16]; uint32_t words[16][8]; } states16;
typedef union { lanes v[24]; uint32_t words[24][8]; } states24;

static __attribute__((noinline)) void permute16_x8(lanes *x) { permutation16(x); }
static __attribute__((noinline)) void permute24_x8(lanes *x) { permutation24(x); }

// Brings `count` (at most 8) canonical states side by side in Montgomery form; lanes without a
// state are zero.
KERNEL void load_states(lanes *v, const uint32_t *states, size_t width, size_t count) {
  for (size_t block = 0; block < width; block += 8) {
    for (size_t l = 0; l < 8; l++) {
      if (l < count) memcpy(&v[block + l], states + width * l + block, sizeof(lanes));
      else v[block + l] = splat(0);
    }
    transpose8(v + block);
    for (size_t i = 0; i < 8; i++) v[block + i] = to_montgomery(v[block + i]);
  }
}

KERNEL void store_states(lanes *v, uint32_t *states, size_t width, size_t count) {
  for (size_t block = 0; block < width; block += 8) {
    for (size_t i = 0; i < 8; i++) v[block + i] = from_montgomery(v[block + i]);
    transpose8(v + block);
    for (size_t l = 0; l < 8 && l < count; l++) {
      memcpy(states + width * l + block, &v[block + l], sizeof(lanes));
    }
  }
}

void cposeidon_permute16(uint32_t *states, size_t count) {
  for (size_t first = 0; first < count; first += 8) {
    lanes v[16];
    load_states(v, states + 16 * first, 16, count - first);
    permute16_x8(v);
    store_states(v, states + 16 * first, 16, count - first);
  }
}

KERNEL void permute24_group(uint32_t *states, size_t count, bool adds_input) {
  lanes v[24], input[8];
  load_states(v, states, 24, count);
  memcpy(input, v, sizeof input);
  permute24_x8(v);
  for (int i = 0; adds_input && i < 8; i++) v[i] = add_modular(v[i], input[i]);
  store_states(v, states, 24, count);
}

static __attribute__((noinline)) void permute24_single(uint32_t *state, bool adds_input) {
  lanes x[3];
  memcpy(x, state, sizeof x);
  for (int b = 0; b < 3; b++) x[b] = to_montgomery(x[b]);
  const lanes input = x[0];
  single_permutation24(x);
  if (adds_input) x[0] = add_modular(x[0], input);
  for (int b = 0; b < 3; b++) x[b] = from_montgomery(x[b]);
  memcpy(state, x, sizeof x);
}

static void permute24(uint32_t *states, size_t count, bool adds_input) {
  // Eight lanes cost as much as four to five single permutations.
  size_t first = 0;
  for (; first + 4 < count; first += 8) {
    permute24_group(states + 24 * first, count - first, adds_input);
  }
  for (; first < count; first++) permute24_single(states + 24 * first, adds_input);
}

void cposeidon_permute24(uint32_t *states, size_t count) { permute24(states, count, false); }

void cposeidon_compress24(uint32_t *states, size_t count) { permute24(states, count, true); }

void cposeidon_shake128(
    const uint64_t *blocks, size_t count, size_t elements, uint32_t *output) {
  for (size_t first = 0; first < count; first += 4) {
    const size_t lane_count = count - first < 4 ? count - first : 4;
    const uint64_t *lane_blocks[4];
    uint32_t results[4 * 10];
    for (size_t l = 0; l < 4; l++) {
      const size_t block = l < lane_count ? first + l : first;
      lane_blocks[l] = blocks + CPOSEIDON_BLOCK_WORDS * block;
    }
    shake128_x4(lane_blocks, CPOSEIDON_BLOCK_WORDS, elements, results, 1, elements);
    memcpy(output + first * elements, results, lane_count * elements * sizeof *output);
    cposeidon_wipe(results, sizeof results);
  }
}

static uint32_t to_montgomery_scalar(uint64_t x) { return (uint32_t)((x << 32) % P); }

// Packs `value` (below P squared) into two base-P limbs, low limb first, of one lane.
KERNEL void set_tweak(lanes *limbs, int lane, uint64_t value) {
  ((uint32_t *)&limbs[0])[lane] = to_montgomery_scalar(value % P);
  ((uint32_t *)&limbs[1])[lane] = to_montgomery_scalar(value / P);
}

KERNEL uint64_t chain_tweak(uint32_t slot, uint32_t chain, uint32_t step) {
  return (uint64_t)slot << 24 | chain << 16 | step << 8;
}

// One step of eight chains: digest | parameter | tweak | 0, permuted, plus the input digest.
KERNEL void step_chains(states16 *s) {
  states16 input = *s;
  permute16_x8(s->v);
  for (int i = 0; i < 8; i++) s->v[i] = add_modular(s->v[i], input.v[i]);
  for (int i = 8; i < 16; i++) s->v[i] = input.v[i];
}

// Fills `order` with the chains that have steps to walk, longest first; returns their number.
static size_t longest_first(const cposeidon_chain *chains, size_t count, uint16_t *order) {
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

void cposeidon_walk_chains(cposeidon_chain *chains, size_t count) {
  uint16_t order[CPOSEIDON_MAXIMUM_CHAINS];
  const size_t ordered = longest_first(chains, count, order);
  cposeidon_chain *walking[8] = {0};
  int step[8] = {0};
  states16 s = {0};
  size_t next = 0, finished = 0;
  while (finished < ordered) {
    for (int l = 0; l < 8; l++) {
      if (!walking[l] && next < ordered) {
        cposeidon_chain *chain = walking[l] = &chains[order[next++]];
        step[l] = chain->from;
        for (int i = 0; i < 8; i++) s.words[i][l] = to_montgomery_scalar(chain->digest[i]);
        for (int i = 0; i < 5; i++) s.words[8 + i][l] = to_montgomery_scalar(chain->parameter[i]);
      }
      if (walking[l]) {
        step[l]++;
        set_tweak(&s.v[13], l, chain_tweak(walking[l]->slot, walking[l]->chain, step[l]));
      }
    }
    step_chains(&s);
    states16 canonical_digests;
    bool is_converted = false;
    for (int l = 0; l < 8; l++) {
      if (!walking[l] || step[l] != walking[l]->to) continue;
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

#define LEAF_ELEMENTS (7 + CPOSEIDON_DIGEST_ELEMENTS * CPOSEIDON_MAXIMUM_DIMENSION)
#define RATE 15

// Chain-start input: domain (16) | 0 | key (32) | slot (4) | chain index (8), then the padding.
#define CHAIN_INDEX_OFFSET 60
#define CHAIN_BLOCK_WORDS 8

// Secret starts of chain `chain` for eight consecutive slots, as Montgomery lanes.
KERNEL void start_chains(
    uint64_t blocks[8][CPOSEIDON_BLOCK_WORDS], uint32_t chain, states16 *s) {
  for (int first = 0; first < 8; first += 4) {
    const uint64_t *lane_blocks[4];
    for (int l = 0; l < 4; l++) {
      ((uint8_t *)blocks[first + l])[CHAIN_INDEX_OFFSET] = (uint8_t)chain;
      lane_blocks[l] = blocks[first + l];
    }
    shake128_x4(lane_blocks, CHAIN_BLOCK_WORDS, 8, &s->words[0][first], 8, 1);
  }
  for (int i = 0; i < 8; i++) s->v[i] = to_montgomery(s->v[i]);
}

// SHAKE128 inputs of the chain starts of one slot each; only the chain index is still zero.
static void fill_blocks(
    uint64_t blocks[8][CPOSEIDON_BLOCK_WORDS], const uint8_t *prf_key, uint32_t first_slot) {
  static const uint8_t domain[16] = {
      0xae, 0xae, 0x22, 0xff, 0, 1, 0xfa, 0xff, 0x21, 0xaf, 0x12, 0, 1, 0x11, 0xff, 0};
  memset(blocks, 0, 8 * sizeof *blocks);
  for (uint32_t l = 0; l < 8; l++) {
    uint8_t *block = (uint8_t *)blocks[l];
    const uint32_t slot = __builtin_bswap32(first_slot + l);
    memcpy(block, domain, sizeof domain);
    memcpy(block + 17, prf_key, 32);
    memcpy(block + 49, &slot, sizeof slot);
    block[CHAIN_INDEX_OFFSET + 1] = 0x1f;
  }
}

void cposeidon_leaves8(
    const cposeidon_leaf_shape *shape, const uint8_t *prf_key, uint32_t first_slot,
    uint32_t digests[8 * CPOSEIDON_DIGEST_ELEMENTS]) {
  uint64_t blocks[8][CPOSEIDON_BLOCK_WORDS];
  lanes leaf[LEAF_ELEMENTS + RATE];  // parameter | tweak | chain ends | zeros
  states16 s;
  fill_blocks(blocks, prf_key, first_slot);
  for (int i = 0; i < 5; i++) {
    s.v[8 + i] = leaf[i] = splat(to_montgomery_scalar(shape->parameter[i]));
  }
  s.v[15] = splat(0);
  for (uint32_t l = 0; l < 8; l++) set_tweak(&leaf[5], l, (uint64_t)(first_slot + l) << 8 | 1);
  for (uint32_t chain = 0; chain < shape->dimension; chain++) {
    start_chains(blocks, chain, &s);
    for (uint32_t step = 1; step <= shape->steps; step++) {
      for (uint32_t l = 0; l < 8; l++) {
        set_tweak(&s.v[13], l, chain_tweak(first_slot + l, chain, step));
      }
      step_chains(&s);
    }
    memcpy(&leaf[7 + 8 * chain], s.v, 8 * sizeof(lanes));
  }
  const uint32_t elements = 7 + 8 * shape->dimension;
  for (int i = 0; i < RATE; i++) leaf[elements + i] = splat(0);
  states24 sponge;
  for (int i = 0; i < 9; i++) sponge.v[i] = splat(to_montgomery_scalar(shape->capacity[i]));
  for (uint32_t first = 0; first < elements; first += RATE) {
    memcpy(&sponge.v[9], &leaf[first], RATE * sizeof(lanes));
    permute24_x8(sponge.v);
  }
  for (int i = 0; i < 8; i++) sponge.v[9 + i] = from_montgomery(sponge.v[9 + i]);
  for (int l = 0; l < 8; l++) {
    for (int i = 0; i < 8; i++) digests[8 * l + i] = sponge.words[9 + i][l];
  }
  cposeidon_wipe(blocks, sizeof blocks);
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
