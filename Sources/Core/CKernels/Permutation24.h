// The width-24 permutation, many states at once.
//
// The MDS matrix is circulant with full-size entries. Good and Thomas: 24 = 8 * 3 with coprime
// factors, so the circulant product is eight 3-point circulant products between 8-point number
// theoretic transforms, about half the work of the dense matrix.

#ifndef CKERNELS_PERMUTATION24_H
#define CKERNELS_PERMUTATION24_H

#include "PartialRounds.h"
#include "Tables.h"

DEFINE_PARTIAL_ROUNDS(24, 23)

KERNEL void butterfly(lanes *a, lanes *b) {
  const lanes difference = subtract_modular(*a, *b);
  *a = add_modular(*a, *b);
  *b = difference;
}

// Natural order in, bit-reversed order out.
KERNEL void transform8(lanes *a) {
  const uint32_t *w = transform_roots_24;
  for (int i = 0; i < 4; i++) butterfly(&a[i], &a[i + 4]);
  for (int i = 1; i < 4; i++) a[i + 4] = multiply_constant(a[i + 4], w[i]);
  for (int half = 0; half < 8; half += 4) {
    butterfly(&a[half], &a[half + 2]);
    butterfly(&a[half + 1], &a[half + 3]);
    a[half + 3] = multiply_constant(a[half + 3], w[2]);
  }
  for (int i = 0; i < 8; i += 2) butterfly(&a[i], &a[i + 1]);
}

// Bit-reversed order in, natural order out, 8 times too large.
KERNEL void inverse_transform8(lanes *a) {
  const uint32_t *w = inverse_transform_roots_24;
  for (int i = 0; i < 8; i += 2) butterfly(&a[i], &a[i + 1]);
  for (int half = 0; half < 8; half += 4) {
    a[half + 3] = multiply_constant(a[half + 3], w[2]);
    butterfly(&a[half], &a[half + 2]);
    butterfly(&a[half + 1], &a[half + 3]);
  }
  for (int i = 1; i < 4; i++) a[i + 4] = multiply_constant(a[i + 4], w[i]);
  for (int i = 0; i < 4; i++) butterfly(&a[i], &a[i + 4]);
}

KERNEL products three_products(lanes a, lanes b, lanes c, lanes x, lanes y, lanes z) {
  return fold_unsigned(
      multiply_unsigned(a, x) + multiply_unsigned(b, y) + multiply_unsigned(c, z));
}

KERNEL lanes dot3(lanes a, lanes b, lanes c, lanes x, lanes y, lanes z) {
  const products even = three_products(a, b, c, x, y, z);
  const products odd = three_products(odd_lanes(a), odd_lanes(b), odd_lanes(c), x, y, z);
  return canonical(interleave(reduce_unsigned(even), reduce_unsigned(odd)));
}

// The state index that is `a` modulo 8 and `b` modulo 3.
#define CHINESE(a, b) ((9 * (a) + 16 * (b)) % 24)

// Canonical in and out.
KERNEL void mds24(lanes *x) {
  static const int bit_reversed[8] = {0, 4, 2, 6, 1, 5, 3, 7};
  lanes f[3][8];
  for (int b = 0; b < 3; b++) {
    for (int a = 0; a < 8; a++) f[b][a] = x[CHINESE(a, b)];
    transform8(f[b]);
  }
  for (int place = 0; place < 8; place++) {
    const uint32_t *c = circulant3_24[bit_reversed[place]];
    const lanes c0 = splat(c[0]), c1 = splat(c[1]), c2 = splat(c[2]);
    const lanes x0 = f[0][place], x1 = f[1][place], x2 = f[2][place];
    f[0][place] = dot3(x0, x1, x2, c0, c2, c1);
    f[1][place] = dot3(x0, x1, x2, c1, c0, c2);
    f[2][place] = dot3(x0, x1, x2, c2, c1, c0);
  }
  for (int b = 0; b < 3; b++) {
    inverse_transform8(f[b]);
    for (int a = 0; a < 8; a++) x[CHINESE(a, b)] = f[b][a];
  }
}

KERNEL void full_round24(lanes *x, const uint32_t *constants) {
  for (int i = 0; i < 24; i++) x[i] = canonical(cube(add_constant(x[i], constants[i])));
  mds24(x);
}

// Canonical Montgomery form in and out.
KERNEL void permutation24(lanes *x) {
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) full_round24(x, opening_constants_24[r]);
  for (int i = 0; i < 24; i++) x[i] = cube(add_constant(x[i], opening_constants_24[3][i]));
  partial_rounds_24(x);
  for (int i = 0; i < 24; i++) x[i] = canonical(x[i]);
  mds24(x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) full_round24(x, closing_constants_24[r]);
}

#endif
