// Arithmetic modulo P = 2^31 - 2^24 + 1 in 32-bit lanes, in Montgomery form (R = 2^32).
//
// Each kernel defines LANES as 4, 8 or 16 before it includes this file: vectors of 128, 256 or
// 512 bits.
//
// Two ranges occur. "Canonical" is [0, P). "Signed" is (-P, P) as int32: sums and products may
// stay there as long as the next step allows it. A product of lanes needs 64 bits, so it is made
// twice: once for the even lanes, once for the odd lanes moved onto even places. Clang turns
// these forms into vpmuldq, vpmuludq, vpminud and blends without a single intrinsic.

#ifndef CKERNELS_LANES_H
#define CKERNELS_LANES_H

#include <stdint.h>

#define KERNEL static inline __attribute__((always_inline))

#define P 0x7f000001u
#define P_INVERSE 0x81000001u  // P^-1 mod 2^32
#define R_SQUARED 0x17f7efe4u  // 2^64 mod P
#define HALF_P ((P - 1) / 2)

#define VECTOR_BYTES (4 * LANES)
#define PRODUCT_LANES (LANES / 2)

typedef uint32_t lanes __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t signed_lanes __attribute__((vector_size(VECTOR_BYTES)));
// The 64-bit products of the even lanes, or of the odd lanes.
typedef uint64_t products __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t signed_products __attribute__((vector_size(VECTOR_BYTES)));

KERNEL lanes splat(uint32_t x) { return (lanes){0} + x; }
KERNEL products splat_product(uint64_t x) { return (products){0} + x; }

KERNEL lanes odd_lanes(lanes a) { return (lanes)((products)a >> 32); }

KERNEL signed_products sign_extend(lanes a) {
  return ((signed_products)((products)a << 32)) >> 32;
}

KERNEL products multiply_signed(lanes a, lanes b) {
  return (products)(sign_extend(a) * sign_extend(b));
}

KERNEL products multiply_unsigned(lanes a, lanes b) {
  const products low = splat_product(0xffffffff);
  return ((products)a & low) * ((products)b & low);
}

// Montgomery reductions; the result is in the high halves, signed. The low halves are equal, so
// a 32-bit subtraction does, and clang does not take the product apart into shifts.
KERNEL products reduce_signed(products t) {
  const lanes q = (lanes)multiply_signed((lanes)t, splat(P_INVERSE));
  return (products)((lanes)t - (lanes)multiply_signed(q, splat(P)));
}

KERNEL products reduce_unsigned(products t) {
  const lanes q = (lanes)multiply_unsigned((lanes)t, splat(P_INVERSE));
  return (products)((lanes)t - (lanes)multiply_unsigned(q, splat(P)));
}

// Puts the high halves of both product vectors back into lanes.
KERNEL lanes interleave(products even, products odd) {
#if LANES == 4
  return __builtin_shufflevector((lanes)even, (lanes)odd, 1, 5, 3, 7);
#elif LANES == 8
  return __builtin_shufflevector((lanes)even, (lanes)odd, 1, 9, 3, 11, 5, 13, 7, 15);
#else
  return __builtin_shufflevector(
      (lanes)even, (lanes)odd, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#endif
}

// Signed to canonical: a negative value is huge as unsigned, so the smaller one is the right one.
KERNEL lanes canonical(lanes a) { return __builtin_elementwise_min(a, a + splat(P)); }

KERNEL lanes add_modular(lanes a, lanes b) {
  lanes sum = a + b;
  return __builtin_elementwise_min(sum, sum - splat(P));
}

KERNEL lanes subtract_modular(lanes a, lanes b) { return canonical(a - b); }

// The product of canonical lanes and a canonical constant, canonical.
KERNEL lanes multiply_constant(lanes a, uint32_t constant) {
  const lanes c = splat(constant);
  return canonical(interleave(
      reduce_unsigned(multiply_unsigned(a, c)),
      reduce_unsigned(multiply_unsigned(odd_lanes(a), c))));
}

KERNEL lanes to_montgomery(lanes a) { return multiply_constant(a, R_SQUARED); }
KERNEL lanes from_montgomery(lanes a) { return multiply_constant(a, 1); }

// The cube of the even lanes, signed to signed, in the high halves.
KERNEL products cube_even(lanes a) {
  lanes square = odd_lanes((lanes)reduce_signed(multiply_signed(a, a)));
  return reduce_signed(multiply_signed(square, a));
}

KERNEL lanes cube(lanes a) { return interleave(cube_even(a), cube_even(odd_lanes(a))); }

// Canonical plus a canonical constant, signed: one addition because constant - P wraps.
KERNEL lanes add_constant(lanes a, uint32_t constant) { return a + splat(constant - P); }

// Sums of at most eight products of values within ±P/2 fit 63 bits. These two bring such a sum
// into [0, P * 2^32), and the sum of two such values back into it, by looking at the high halves.
KERNEL products fold_signed(products sum) {
  const products high_p = splat_product((uint64_t)P << 32);
  return (products)__builtin_elementwise_min((lanes)sum, (lanes)sum + (lanes)high_p);
}

KERNEL products fold_unsigned(products sum) {
  const products high_p = splat_product((uint64_t)P << 32);
  return (products)__builtin_elementwise_min((lanes)sum, (lanes)sum - (lanes)high_p);
}

#endif
