// The width-16 permutation, many states at once.
//
// The MDS matrix is circulant with entries below 128. A state element is split into its low 16
// and its high bits; both halves then go through a plain 32-bit integer convolution, which cannot
// overflow, and one Montgomery reduction joins them again. The convolution is the ring
// decomposition x^16 - 1 = (x^8 + 1)(x^4 + 1)(x^2 + 1)(x^2 - 1) without the halvings: its result
// is 8 times too large, and the joining constants divide by 8.

#ifndef CKERNELS_PERMUTATION16_H
#define CKERNELS_PERMUTATION16_H

#include "PartialRounds.h"
#include "Tables.h"

DEFINE_PARTIAL_ROUNDS(16, 20)

// The product modulo x^4 + 1 with constant coefficients.
KERNEL void negacyclic4(const lanes *x, const uint32_t *c, lanes *y) {
  y[0] = x[0] * c[0] - (x[1] * c[3] + x[2] * c[2] + x[3] * c[1]);
  y[1] = x[0] * c[1] + x[1] * c[0] - (x[2] * c[3] + x[3] * c[2]);
  y[2] = x[0] * c[2] + x[1] * c[1] + x[2] * c[0] - x[3] * c[3];
  y[3] = x[0] * c[3] + x[1] * c[2] + (x[2] * c[1] + x[3] * c[0]);
}

// The product modulo x^8 + 1 by Karatsuba on even and odd coefficients.
KERNEL void negacyclic8(const lanes *x, const uint32_t *c, lanes *y) {
  uint32_t even[4], odd[4], both[4];
  lanes x_even[4], x_odd[4], x_both[4], y_even[4], y_odd[4], y_both[4];
  for (int i = 0; i < 4; i++) {
    even[i] = c[2 * i];
    odd[i] = c[2 * i + 1];
    both[i] = even[i] + odd[i];
    x_even[i] = x[2 * i];
    x_odd[i] = x[2 * i + 1];
    x_both[i] = x_even[i] + x_odd[i];
  }
  negacyclic4(x_even, even, y_even);
  negacyclic4(x_odd, odd, y_odd);
  negacyclic4(x_both, both, y_both);
  for (int i = 0; i < 4; i++) {
    y[2 * i] = i == 0 ? y_even[0] - y_odd[3] : y_even[i] + y_odd[i - 1];
    y[2 * i + 1] = y_both[i] - (y_even[i] + y_odd[i]);
  }
}

KERNEL void circulant16(const lanes *x, lanes *y) {
  lanes sum8[8], difference8[8], sum4[4], difference4[4], low8[8], low4[4], t[8];
  for (int i = 0; i < 8; i++) {
    sum8[i] = x[i] + x[i + 8];
    difference8[i] = x[i] - x[i + 8];
  }
  for (int i = 0; i < 4; i++) {
    sum4[i] = sum8[i] + sum8[i + 4];
    difference4[i] = sum8[i] - sum8[i + 4];
  }
  const lanes a0 = sum4[0] + sum4[2], a1 = sum4[1] + sum4[3];
  const lanes b0 = sum4[0] - sum4[2], b1 = sum4[1] - sum4[3];
  const lanes c0 = a0 * CIRCULANT_SUM_0 + a1 * CIRCULANT_SUM_1;
  const lanes c1 = a0 * CIRCULANT_SUM_1 + a1 * CIRCULANT_SUM_0;
  const lanes d0 = b0 * CIRCULANT_DIFFERENCE_0 - b1 * CIRCULANT_DIFFERENCE_1;
  const lanes d1 = b0 * CIRCULANT_DIFFERENCE_1 + b1 * CIRCULANT_DIFFERENCE_0;
  low4[0] = c0 + d0;
  low4[1] = c1 + d1;
  low4[2] = c0 - d0;
  low4[3] = c1 - d1;
  const uint32_t four[4] = CIRCULANT_NEGACYCLIC_4;
  const uint32_t eight[8] = CIRCULANT_NEGACYCLIC_8;
  negacyclic4(difference4, four, t);
  for (int i = 0; i < 4; i++) {
    low8[i] = low4[i] + t[i];
    low8[i + 4] = low4[i] - t[i];
  }
  negacyclic8(difference8, eight, t);
  for (int i = 0; i < 8; i++) {
    y[i] = low8[i] + t[i];
    y[i + 8] = low8[i] - t[i];
  }
}

KERNEL void mds16(const lanes *x, lanes *low, lanes *high) {
  lanes low_bits[16], high_bits[16];
  for (int i = 0; i < 16; i++) {
    low_bits[i] = x[i] & splat(0xffff);
    high_bits[i] = (lanes)((signed_lanes)x[i] >> 16);
  }
  circulant16(low_bits, low);
  circulant16(high_bits, high);
}

// Joins the halves of the even lanes: the MDS output, signed, in the high halves.
KERNEL products join_even(lanes low, lanes high) {
  return reduce_signed(
      multiply_signed(low, splat(CIRCULANT_JOIN_LOW))
      + multiply_signed(high, splat(CIRCULANT_JOIN_HIGH)));
}

// One full round from MDS to S-box; signed in, signed out. The constants are 8 times the round
// constants because the low half is.
KERNEL void mds16_constants_cube(lanes *x, const int32_t *constants) {
  lanes low[16], high[16];
  mds16(x, low, high);
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 16; i++) {
    const lanes l = low[i] + splat((uint32_t)constants[i]), h = high[i];
    const products even = cube_even(odd_lanes((lanes)join_even(l, h)));
    const products odd = cube_even(odd_lanes((lanes)join_even(odd_lanes(l), odd_lanes(h))));
    x[i] = interleave(even, odd);
  }
}

// Canonical Montgomery form in and out.
KERNEL void permutation16(lanes *x) {
  for (int i = 0; i < 16; i++) x[i] = cube(add_constant(x[i], first_constants_16[i]));
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) mds16_constants_cube(x, opening_constants_16[r]);
  partial_rounds_16(x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) mds16_constants_cube(x, closing_constants_16[r]);
  lanes low[16], high[16];
  mds16(x, low, high);
  for (int i = 0; i < 16; i++) {
    x[i] = canonical(interleave(
        join_even(low[i], high[i]), join_even(odd_lanes(low[i]), odd_lanes(high[i]))));
  }
}

#endif
