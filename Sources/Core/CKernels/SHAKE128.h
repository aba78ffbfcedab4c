// SHAKE128 of as many inputs as there are lanes, each shorter than one block, read as field
// elements. Words have 64 bits, so two states are needed: of the even lanes and of the odd lanes.

#ifndef CKERNELS_SHAKE128_H
#define CKERNELS_SHAKE128_H

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

typedef union { products v[25]; uint64_t words[25][PRODUCT_LANES]; } keccak_state;

KERNEL products rotate_left(products x, int count) { return x << count | x >> (64 - count); }

static __attribute__((noinline)) void permute_keccak(products *s) {
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

// Hashes what the first words of both states hold; the inputs contain their padding.
KERNEL void shake128(keccak_state *even, keccak_state *odd) {
  even->v[RATE_WORDS - 1] |= splat_product(1ull << 63);
  odd->v[RATE_WORDS - 1] |= splat_product(1ull << 63);
  permute_keccak(even->v);
  permute_keccak(odd->v);
}

// The bytes of both halves of each word in the opposite order.
KERNEL products swap_bytes(products a) {
  const lanes x = (lanes)a, pairs = (x << 8 & 0xff00ff00) | (x >> 8 & 0x00ff00ff);
  return (products)(pairs << 16 | pairs >> 16);
}

// A 128-bit big-endian integer modulo P times R, in the high halves, signed; `first` and `second`
// are its halves as loaded from memory. Four digits of 32 bits, each times its power of R; the
// reduction divides by R.
KERNEL products reduce_big_endian(products first, products second) {
  static const uint32_t powers[4] = {0x17f7efe4, 0x18af7f37, 0x423d7c8c, 0x1b79fadf};
  const lanes high = (lanes)swap_bytes(first), low = (lanes)swap_bytes(second);
  const products upper = fold_unsigned(
      multiply_unsigned(high, splat(powers[3]))
      + multiply_unsigned(odd_lanes(high), splat(powers[2])));
  const products lower = fold_unsigned(
      multiply_unsigned(low, splat(powers[1]))
      + multiply_unsigned(odd_lanes(low), splat(powers[0])));
  return reduce_unsigned(fold_unsigned(upper + lower));
}

// Element `index` of the output of both states, in Montgomery form.
KERNEL lanes squeeze(const keccak_state *even, const keccak_state *odd, int index) {
  return canonical(interleave(
      reduce_big_endian(even->v[2 * index], even->v[2 * index + 1]),
      reduce_big_endian(odd->v[2 * index], odd->v[2 * index + 1])));
}

#endif
