// SHA-256 of pairs of Merkle nodes with the SHA instructions of x86-64.

#include "CKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "SHA256Tables.h"

#define INSTRUCTIONS __attribute__((target("sha,sse4.1")))
#define INLINED static inline __attribute__((always_inline)) INSTRUCTIONS

// The words of a state as the instructions want them, highest first: a b e f and c d g h.
typedef struct { __m128i abef, cdgh; } sha_state;

INLINED __m128i load_four(const uint32_t *words) { return _mm_load_si128((const __m128i *)words); }

// In two halves, because a node was often just written in words of 64 bits: a load of 128 bits
// would wait until they are in the cache, after all that came before them. Clang joins the halves
// unless an instruction is spelled out.
INLINED __m128i load_message(const uint8_t *bytes) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i words = _mm_loadl_epi64((const __m128i *)bytes);
  __asm__("movhps %1, %0" : "+x"(words) : "m"(*(const uint64_t *)(bytes + 8)));
  return _mm_shuffle_epi8(words, big_endian);
}

INLINED sha_state initial_state(void) {
  const __m128i abcd = _mm_shuffle_epi32(load_four(sha256_initial), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(load_four(sha256_initial + 4), 0x1b);
  return (sha_state){_mm_alignr_epi8(abcd, efgh, 8), _mm_blend_epi16(efgh, abcd, 0xf0)};
}

INLINED void four_rounds(sha_state *s, __m128i constants) {
  s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, constants);
  s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(constants, 0x0e));
}

INLINED void add_state(sha_state *s, sha_state other) {
  s->abef = _mm_add_epi32(s->abef, other.abef);
  s->cdgh = _mm_add_epi32(s->cdgh, other.cdgh);
}

INLINED void store_digest(sha_state s, uint8_t *digest) {
  const __m128i abef = _mm_shuffle_epi32(s.abef, 0x1b), cdgh = _mm_shuffle_epi32(s.cdgh, 0xb1);
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i abcd = _mm_blend_epi16(abef, cdgh, 0xf0), efgh = _mm_alignr_epi8(cdgh, abef, 8);
  _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(abcd, big_endian));
  _mm_storeu_si128((__m128i *)(digest + 16), _mm_shuffle_epi8(efgh, big_endian));
}

// The processor works on several pairs at once by itself: they do not depend on each other.
static INSTRUCTIONS void hash_pair(const uint8_t *pair, uint8_t *digest) {
  sha_state s = initial_state();
  __m128i w[4];
  for (int i = 0; i < 4; i++) w[i] = load_message(pair + 16 * i);
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 16; i++) {
    if (i >= 4) {
      const __m128i late = _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4);
      const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]), late);
      w[i % 4] = _mm_sha256msg2_epu32(sum, w[(i + 3) % 4]);
    }
    four_rounds(&s, _mm_add_epi32(w[i % 4], load_four(sha256_constants + 4 * i)));
  }
  add_state(&s, initial_state());
  const sha_state middle = s;
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 16; i++) four_rounds(&s, load_four(sha256_padding_constants + 4 * i));
  add_state(&s, middle);
  store_digest(s, digest);
}

bool kernel_has_sha_instructions(void) {
  return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
}

void kernel_hash_pairs(const uint8_t *pairs, size_t count, uint8_t *digests) {
  for (size_t i = 0; i < count; i++) hash_pair(pairs + 64 * i, digests + 32 * i);
}

#else

bool kernel_has_sha_instructions(void) { return false; }

void kernel_hash_pairs(const uint8_t *pairs, size_t count, uint8_t *digests) {}

#endif
