// SHA-256 of pairs of Merkle nodes, as many pairs as there are lanes at once.
//
// A pair is 64 bytes, so its hash is two compressions, and the second block is the same for all
// pairs: only padding. Its message schedule is a table, with the round constants added.

#ifndef CKERNELS_SHA256_LANES_H
#define CKERNELS_SHA256_LANES_H

#include "SHA256Tables.h"
#include "States.h"

KERNEL lanes rotate_right(lanes x, int count) { return x >> count | x << (32 - count); }

KERNEL lanes swap_word_bytes(lanes x) {
  return (rotate_right(x, 8) & 0xff00ff00) | (rotate_right(x, 24) & 0x00ff00ff);
}

// Round `round`; `constant` is the round's constant plus its word of the schedule. The eight words
// of the state stay where they are, what they are called moves on by one place a round.
KERNEL void sha256_round(lanes *s, int round, lanes constant) {
#define WORD(name) s[(name - round) & 7]
  const lanes a = WORD(0), b = WORD(1), c = WORD(2), e = WORD(4), f = WORD(5), g = WORD(6);
  const lanes choice = (e & f) | (~e & g);
  const lanes majority = (a & b) | (c & (a | b));
  const lanes sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
  const lanes sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
  const lanes first = WORD(7) + constant + choice + sum1;
  WORD(3) += first;
  WORD(7) = first + majority + sum0;
#undef WORD
}

KERNEL lanes extend_schedule(const lanes *w, int i) {
  const lanes early = w[(i + 1) % 16], late = w[(i + 14) % 16];
  return w[i % 16] + (rotate_right(early, 7) ^ rotate_right(early, 18) ^ early >> 3)
      + w[(i + 9) % 16] + (rotate_right(late, 17) ^ rotate_right(late, 19) ^ late >> 10);
}

// Sixteen words of each pair become the eight of its hash.
static __attribute__((noinline)) void hash_pair_lanes(lanes *w) {
  lanes s[8], middle[8];
  for (int i = 0; i < 8; i++) s[i] = splat(sha256_initial[i]);
  _Pragma("clang loop unroll(disable)")
  for (int first = 0; first < 64; first += 16) {
    _Pragma("clang loop unroll(full)")
    for (int i = 0; i < 16; i++) {
      if (first > 0) w[i] = extend_schedule(w, i);
      sha256_round(s, i, w[i] + splat(sha256_constants[first + i]));
    }
  }
  for (int i = 0; i < 8; i++) middle[i] = s[i] += splat(sha256_initial[i]);
  _Pragma("clang loop unroll(disable)")
  for (int first = 0; first < 64; first += 16) {
    _Pragma("clang loop unroll(full)")
    for (int i = 0; i < 16; i++) sha256_round(s, i, splat(sha256_padding_constants[first + i]));
  }
  for (int i = 0; i < 8; i++) w[i] = s[i] + middle[i];
}

static void hash_pairs(const uint8_t *pairs, size_t count, uint8_t *digests) {
  for (size_t first = 0; first < count; first += LANES) {
    lanes w[16];
    for (size_t block = 0; block < 16; block += BLOCK) {
      for (size_t l = 0; l < LANES; l++) {
        uint32_t *row = (uint32_t *)&w[block + l % BLOCK] + l / BLOCK * BLOCK;
        memcpy(row, pairs + 64 * (first + l) + 4 * block, 4 * BLOCK);
      }
      transpose(w + block);
    }
    for (int i = 0; i < 16; i++) w[i] = swap_word_bytes(w[i]);
    hash_pair_lanes(w);
    for (size_t block = 0; block < 8; block += BLOCK) {
      for (size_t i = 0; i < BLOCK; i++) w[block + i] = swap_word_bytes(w[block + i]);
      transpose(w + block);
      for (size_t l = 0; l < LANES; l++) {
        const uint32_t *row = (const uint32_t *)&w[block + l % BLOCK] + l / BLOCK * BLOCK;
        memcpy(digests + 32 * (first + l) + 4 * block, row, 4 * BLOCK);
      }
    }
  }
}

#endif
