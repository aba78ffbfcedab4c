// States side by side: element i of lane l is words[i][l].

#ifndef CKERNELS_STATES_H
#define CKERNELS_STATES_H

#include <string.h>

#include "Lanes.h"

#define RATE 15

typedef union { lanes v[16]; uint32_t words[16][LANES]; } states16;
typedef union { lanes v[24]; uint32_t words[24][LANES]; } states24;

// Moves words, pairs of words and groups of four words of two vectors next to each other, within
// groups of 128, 128 and 256 bits.
#if LANES == 4
#define WORDS_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define WORDS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif LANES == 8
#define WORDS_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define WORDS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define FOURS_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define FOURS_HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define WORDS_LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define WORDS_HIGH(a, b) \
  __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define PAIRS_LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define PAIRS_HIGH(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define FOURS_LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define FOURS_HIGH(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#endif

// Words that are transposed together: rows of 4 in 128 bits, else of 8; 512 bits hold two rows.
#define BLOCK (LANES == 4 ? 4 : 8)

// Rows to columns of a block of each half.
KERNEL void transpose(lanes *x) {
  lanes t[BLOCK], u[BLOCK];
  for (int i = 0; i < BLOCK; i += 2) {
    t[i] = WORDS_LOW(x[i], x[i + 1]);
    t[i + 1] = WORDS_HIGH(x[i], x[i + 1]);
  }
  for (int i = 0; i < BLOCK; i += 4) {
    for (int k = 0; k < 2; k++) {
      u[i + 2 * k] = PAIRS_LOW(t[i + k], t[i + k + 2]);
      u[i + 2 * k + 1] = PAIRS_HIGH(t[i + k], t[i + k + 2]);
    }
  }
#if LANES == 4
  memcpy(x, u, sizeof u);
#else
  for (int i = 0; i < 4; i++) {
    x[i] = FOURS_LOW(u[i], u[i + 4]);
    x[i + 4] = FOURS_HIGH(u[i], u[i + 4]);
  }
#endif
}

// Brings elements of `count` (at most LANES) canonical states, which are `stride` words apart,
// side by side in Montgomery form; lanes without a state are zero. `elements` is a multiple of
// BLOCK.
KERNEL void load_states(
    lanes *v, const uint32_t *states, size_t stride, size_t elements, size_t count) {
  for (size_t block = 0; block < elements; block += BLOCK) {
    for (size_t l = 0; l < LANES; l++) {
      uint32_t *row = (uint32_t *)&v[block + l % BLOCK] + l / BLOCK * BLOCK;
      if (l < count) memcpy(row, states + stride * l + block, 4 * BLOCK);
      else memset(row, 0, 4 * BLOCK);
    }
    transpose(v + block);
    for (size_t i = 0; i < BLOCK; i++) v[block + i] = to_montgomery(v[block + i]);
  }
}

// The way back; `v` is overwritten.
KERNEL void store_states(
    lanes *v, uint32_t *states, size_t stride, size_t elements, size_t count) {
  for (size_t block = 0; block < elements; block += BLOCK) {
    for (size_t i = 0; i < BLOCK; i++) v[block + i] = from_montgomery(v[block + i]);
    transpose(v + block);
    for (size_t l = 0; l < LANES && l < count; l++) {
      const uint32_t *row = (const uint32_t *)&v[block + l % BLOCK] + l / BLOCK * BLOCK;
      memcpy(states + stride * l + block, row, 4 * BLOCK);
    }
  }
}

KERNEL uint32_t to_montgomery_scalar(uint64_t x) { return (uint32_t)((x << 32) % P); }

#endif
