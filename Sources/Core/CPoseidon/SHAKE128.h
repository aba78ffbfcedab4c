// SHAKE128 of four inputs at once, each shorter than one block, read as field elements.

#ifndef CPOSEIDON_SHAKE128_H
#define CPOSEIDON_SHAKE128_H

#include "Lanes.h"

#define KECCAK_ROUNDS 24
#define RATE_WORDS 21

static const uint64_t keccak_round_constants[KECCAK_ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

KERNEL products rotate_left(products x, int count) { return x << count | x >> (64 - count); }

static __attribute__((noinline)) void keccak_x4(products *s) {
  static const int rotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                    27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
  static const int places[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                 15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
  for (int round = 0; round < KECCAK_ROUNDS; round++) {
    products c[5];
    for (int i = 0; i < 5; i++) c[i] = s[i] ^ s[i + 5] ^ s[i + 10] ^ s[i + 15] ^ s[i + 20];
    for (int i = 0; i < 5; i++) {
      const products d = c[(i + 4) % 5] ^ rotate_left(c[(i + 1) % 5], 1);
      for (int j = 0; j < 25; j += 5) s[j + i] ^= d;
    }
    products moving = s[1];
    _Pragma("clang loop unroll(full)")
    for (int i = 0; i < 24; i++) {
      const products displaced = s[places[i]];
      s[places[i]] = rotate_left(moving, rotations[i]);
      moving = displaced;
    }
    for (int j = 0; j < 25; j += 5) {
      for (int i = 0; i < 5; i++) c[i] = s[j + i];
      for (int i = 0; i < 5; i++) s[j + i] = c[i] ^ (~c[(i + 1) % 5] & c[(i + 2) % 5]);
    }
    s[0] ^= splat_product(keccak_round_constants[round]);
  }
}

// A 128-bit big-endian integer modulo P; `high` and `low` are its halves as loaded from memory.
// Three 64-bit remainders by a constant are cheaper than one 128-bit remainder.
KERNEL uint32_t reduce_big_endian(uint64_t high, uint64_t low) {
  high = __builtin_bswap64(high) % P;
  low = __builtin_bswap64(low);
  const uint64_t middle = (high << 32 | low >> 32) % P;
  return (uint32_t)((middle << 32 | (uint32_t)low) % P);
}

// Element e of lane l goes to output[e * element_stride + l * lane_stride].
KERNEL void shake128_x4(
    const uint64_t *blocks[4], int block_words, size_t elements, uint32_t *output,
    size_t element_stride, size_t lane_stride) {
  union { products v[25]; uint64_t words[25][4]; } state = {0};
  for (int lane = 0; lane < 4; lane++) {
    for (int i = 0; i < block_words; i++) state.words[i][lane] = blocks[lane][i];
    state.words[RATE_WORDS - 1][lane] = 1ull << 63;
  }
  keccak_x4(state.v);
  for (size_t e = 0; e < elements; e++) {
    for (size_t lane = 0; lane < 4; lane++) {
      output[e * element_stride + lane * lane_stride] =
          reduce_big_endian(state.words[2 * e][lane], state.words[2 * e + 1][lane]);
    }
  }
}

#endif
