// The vector kernels: Poseidon over KoalaBear, SHAKE128 and SHA-256, many hashes side by side.
//
// One source is compiled for several sets of instructions; each build is a `vector_kernel`.
// Every field element that crosses this interface is canonical: an integer below
// P = 2^31 - 2^24 + 1. Montgomery form stays inside. Nothing here allocates or keeps state.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_DIGEST_ELEMENTS 8
#define KERNEL_PARAMETER_ELEMENTS 5
#define KERNEL_CAPACITY_ELEMENTS 9
#define KERNEL_MAXIMUM_DIMENSION 46

/// The most hashes that any kernel computes side by side.
#define KERNEL_MAXIMUM_LANES 16

/// The chains of as many signatures as the widest kernel has lanes.
#define KERNEL_MAXIMUM_CHAINS (KERNEL_MAXIMUM_LANES * KERNEL_MAXIMUM_DIMENSION)

/// Words of a padded SHAKE128 input: every input of the scheme is shorter than 96 bytes.
#define KERNEL_BLOCK_WORDS 12

/// One hash chain to walk: `digest` is the value after `from` steps and becomes that after `to`.
typedef struct {
  uint32_t digest[KERNEL_DIGEST_ELEMENTS];
  uint32_t parameter[KERNEL_PARAMETER_ELEMENTS];
  uint32_t slot;
  uint8_t chain;
  uint8_t from;
  uint8_t to;
} kernel_chain;

/// What the one-time keys of one XMSS key have in common.
typedef struct {
  uint32_t parameter[KERNEL_PARAMETER_ELEMENTS];
  uint32_t capacity[KERNEL_CAPACITY_ELEMENTS];
  uint32_t dimension;
  uint32_t steps;
} kernel_leaf_shape;

/// A search for randomness with which a message hashes to a codeword.
typedef struct {
  /// The state to hash; its elements 16 to 22 are the randomness.
  uint32_t message[24];
  /// The padded input of the randomness; its attempt, below 2^40, is still zero.
  uint64_t input[KERNEL_BLOCK_WORDS];
  /// The number of digits, which come from the first elements of the hash.
  uint32_t dimension;
  uint32_t digits_per_element;
  uint32_t digit_bits;
  /// The element values that share one group of digits.
  uint32_t quotient;
  uint32_t target_sum;
} kernel_search;

/// The hot loops, built for one set of instructions.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  /// The number of hashes that are computed side by side.
  size_t lanes;

  /// Permutes `count` states of 16 elements, one after the other in memory.
  void (*permute16)(uint32_t *states, size_t count);

  /// Permutes `count` states of 24 elements, one after the other in memory.
  void (*permute24)(uint32_t *states, size_t count);

  /// Compresses `count` states of 24 elements to digests: the first eight elements of the
  /// permuted state plus those of the state.
  void (*compress24)(const uint32_t *states, size_t count, uint32_t *digests);

  /// Hashes `count` messages of `blocks` times 15 elements to digests. Each block replaces what
  /// follows the capacity in a state of 24 elements, which is then permuted; the digest follows
  /// the capacity in the end.
  void (*absorb)(
      const uint32_t *capacity, const uint32_t *messages, size_t count, size_t blocks,
      uint32_t *digests);

  /// Hashes `count` padded blocks with SHAKE128 and reduces 16 big-endian bytes to each of
  /// `elements` (at most 10) field elements per block.
  void (*shake128)(const uint64_t *blocks, size_t count, size_t elements, uint32_t *output);

  /// Walks `count` (at most `KERNEL_MAXIMUM_CHAINS`) chains, longest first.
  void (*walk_chains)(kernel_chain *chains, size_t count);

  /// Computes the Merkle leaves of `lanes` consecutive slots from the 32-byte secret.
  void (*leaves)(
      const kernel_leaf_shape *shape, const uint8_t *prf_key, uint32_t first_slot,
      uint32_t *digests);

  /// Hashes pairs of Merkle nodes, 64 bytes each, with SHA-256 to 32 bytes each, which may
  /// overwrite the front of the pairs; `count` is a multiple of `lanes`. `NULL` with few lanes.
  void (*hash_pairs)(const uint8_t *pairs, size_t count, uint8_t *digests);

  /// The first attempt below `limit` that leads to a codeword, or `limit`.
  uint64_t (*search)(const kernel_search *search, uint64_t limit);
} vector_kernel;

/// 16 lanes with AVX-512F, BW and VL; like the others `NULL` where the processor cannot run it.
const vector_kernel *kernel_avx512(void);
/// Eight lanes with AVX2.
const vector_kernel *kernel_avx2(void);
/// Four lanes in 128-bit vectors: SSE4.1 or NEON.
const vector_kernel *kernel_vector128(void);

/// The value of SWIFTLET_KERNEL, `NULL` when it is not set.
const char *kernel_requested(void);

/// Whether the processor has instructions for SHA-256.
bool kernel_has_sha_instructions(void);

/// Does what a kernel's `hash_pairs` does, with those instructions and for any count.
void kernel_hash_pairs(const uint8_t *pairs, size_t count, uint8_t *digests);

/// Overwrites `count` bytes with zeros in a way the optimiser may not remove.
void kernel_wipe(void *bytes, size_t count);

#endif
