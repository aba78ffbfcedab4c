// The vector kernels of XMSS: Poseidon over KoalaBear and SHAKE128, eight or four lanes at once.
//
// Every field element that crosses this interface is canonical: an integer below
// P = 2^31 - 2^24 + 1. Montgomery form stays inside. Nothing here allocates or keeps state.

#ifndef CPOSEIDON_H
#define CPOSEIDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPOSEIDON_DIGEST_ELEMENTS 8
#define CPOSEIDON_PARAMETER_ELEMENTS 5
#define CPOSEIDON_CAPACITY_ELEMENTS 9
#define CPOSEIDON_MAXIMUM_DIMENSION 46

/// The chains of eight signatures.
#define CPOSEIDON_MAXIMUM_CHAINS (8 * CPOSEIDON_MAXIMUM_DIMENSION)

/// Words of a padded SHAKE128 input: every input of the scheme is shorter than 96 bytes.
#define CPOSEIDON_BLOCK_WORDS 12

/// Whether this processor can run the functions below.
bool cposeidon_is_supported(void);

/// Permutes `count` states of 16 elements, one after the other in memory.
void cposeidon_permute16(uint32_t *states, size_t count);

/// Permutes `count` states of 24 elements, one after the other in memory.
void cposeidon_permute24(uint32_t *states, size_t count);

/// Permutes `count` states of 24 elements and adds to the first eight elements of each what they
/// were before; the other elements are left as the permutation made them.
void cposeidon_compress24(uint32_t *states, size_t count);

/// Hashes `count` padded blocks with SHAKE128 and reduces 16 big-endian bytes to each of
/// `elements` (at most 10) field elements per block.
void cposeidon_shake128(
    const uint64_t *blocks, size_t count, size_t elements, uint32_t *output);

/// One hash chain to walk: `digest` is the value after `from` steps and becomes that after `to`.
typedef struct {
  uint32_t digest[CPOSEIDON_DIGEST_ELEMENTS];
  uint32_t parameter[CPOSEIDON_PARAMETER_ELEMENTS];
  uint32_t slot;
  uint8_t chain;
  uint8_t from;
  uint8_t to;
} cposeidon_chain;

/// Walks `count` (at most `CPOSEIDON_MAXIMUM_CHAINS`) chains, eight at a time, longest first.
void cposeidon_walk_chains(cposeidon_chain *chains, size_t count);

/// What the one-time keys of one XMSS key have in common.
typedef struct {
  uint32_t parameter[CPOSEIDON_PARAMETER_ELEMENTS];
  uint32_t capacity[CPOSEIDON_CAPACITY_ELEMENTS];
  uint32_t dimension;
  uint32_t steps;
} cposeidon_leaf_shape;

/// Computes the Merkle leaves of eight consecutive slots from the 32-byte secret.
void cposeidon_leaves8(
    const cposeidon_leaf_shape *shape, const uint8_t *prf_key, uint32_t first_slot,
    uint32_t digests[8 * CPOSEIDON_DIGEST_ELEMENTS]);

/// Overwrites `count` bytes with zeros in a way the optimiser may not remove.
void cposeidon_wipe(void *bytes, size_t count);

#endif
