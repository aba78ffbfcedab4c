// One width-24 permutation with its state spread over the lanes of several vectors.
//
// Verification hashes 58 states one after the other (leaf sponge and Merkle path), where many
// states at once cannot help. Every linear layer is a dense matrix here: column times broadcast
// element, again with one reduction per output. An element has 64 bits to itself, its value in
// the low half, so that products need no rearrangement. Only the partial S-boxes are scalar code;
// their chain of dependent multiplications is the critical path.

#ifndef CKERNELS_SINGLE_PERMUTATION24_H
#define CKERNELS_SINGLE_PERMUTATION24_H

#include "Lanes.h"
#include "Tables.h"

#define STATE_VECTORS (24 / PRODUCT_LANES)

typedef union { products v[STATE_VECTORS]; int64_t words[24]; } spread_state;
typedef uint32_t half_lanes __attribute__((vector_size(VECTOR_BYTES / 2)));

// Canonical lanes in the high halves, moved to the low halves.
KERNEL products canonical_products(products a) {
  return (products)canonical((lanes)a) >> 32;
}

// `columns` hold one coefficient per 64 bits, `x` one element in the high half of 64 bits.
// Canonical result.
KERNEL void multiply_matrix(
    spread_state *result, const int32_t columns[][48], const int32_t *x, int count) {
  products sum[STATE_VECTORS];
  _Pragma("clang loop unroll(full)")
  for (int first = 0; first < count; first += 8) {
    const int size = count - first < 8 ? count - first : 8;
    products group[STATE_VECTORS];
    for (int b = 0; b < STATE_VECTORS; b++) group[b] = splat_product(0);
    _Pragma("clang loop unroll(full)")
    for (int j = first; j < first + size; j++) {
      const lanes element = splat((uint32_t)x[2 * j + 1]);
      const lanes *column = (const lanes *)columns[j];
      for (int b = 0; b < STATE_VECTORS; b++) group[b] += multiply_signed(element, column[b]);
    }
    for (int b = 0; b < STATE_VECTORS; b++) {
      const products folded = fold_signed(group[b]);
      sum[b] = first == 0 ? folded : fold_unsigned(sum[b] + folded);
    }
  }
  for (int b = 0; b < STATE_VECTORS; b++) {
    result->v[b] = canonical_products(reduce_unsigned(sum[b]));
  }
}

// The constants, like the columns, have 64 bits each. P is already subtracted from them, so that
// the sum with a canonical value is signed.
KERNEL lanes add_constants(products a, const int32_t *constants, int vector) {
  return (lanes)a + ((const lanes *)constants)[vector];
}

// S-box layer on canonical-plus-constant input, stored centred for the next matrix.
KERNEL void cube_and_store(const spread_state *state, const int32_t *constants, int32_t *x) {
  for (int b = 0; b < STATE_VECTORS; b++) {
    const lanes cubed = (lanes)cube_even(add_constants(state->v[b], constants, b));
    ((lanes *)x)[b] = canonical(cubed) - splat(HALF_P);
  }
}

// The difference of t and q * P, whose low halves are equal, divided by R. The high halves alone
// give it exactly; the full difference overflows: |t| may reach 2^63 * 0.98 and |q * P| adds half
// as much.
KERNEL int64_t subtract_multiple(int64_t t, uint32_t q) {
  return (t >> 32) - (((int64_t)(int32_t)q * P) >> 32);
}

KERNEL int64_t reduce_scalar(int64_t t) { return subtract_multiple(t, (uint32_t)t * P_INVERSE); }

// The product reduced. What depends on `b` alone does not wait for `a`, which comes later.
KERNEL int64_t multiply_scalar(int64_t a, int64_t b) {
  return subtract_multiple(a * b, (uint32_t)a * ((uint32_t)b * P_INVERSE));
}

// From within ±1.5 P to within ±P/2.
KERNEL int64_t centre(int64_t a) {
  const int64_t half = HALF_P, p = P;
  return a - (a > half ? p : 0) + (a < -half ? p : 0);
}

// The partial S-boxes. The low halves of `u` hold their inputs without what earlier outputs add,
// within ±P; the outputs follow in `x`. All additions but the newest are summed ahead of time, so
// the dependent chain per round is one product and one cube. Ranges: the newest output is within
// ±1.46 P, its product with a centred constant reduces to ±0.86 P, so the cube's argument is
// within ±1.36 P and its square fits.
KERNEL void partial_sboxes_24(const int64_t *u, int32_t *x) {
  int64_t z[23], newest = 0;
  _Pragma("clang loop unroll(full)")
  for (int r = 0; r < 23; r++) {
    int64_t ready = (int32_t)u[r];
    _Pragma("clang loop unroll(full)")
    for (int group = 0; group < r - 1; group += 8) {
      int64_t sum = 0;
      _Pragma("clang loop unroll(full)")
      for (int q = group; q < group + 8 && q < r - 1; q++) {
        sum += partial_feedback_24[r - q] * z[q];
      }
      ready = centre(ready + centre(reduce_scalar(sum)));
    }
    const int64_t input = centre(ready) + multiply_scalar(newest, partial_feedback_24[1]);
    newest = multiply_scalar(reduce_scalar(input * input), input);
    z[r] = centre(newest);
    x[2 * r + 1] = (int32_t)z[r];
  }
}

// Canonical Montgomery form in and out.
KERNEL void single_permutation24(spread_state *state) {
  int32_t x[2 * 48] __attribute__((aligned(64)));
  spread_state inputs;
  cube_and_store(state, single_first_constants_24, x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) {
    multiply_matrix(state, mds_columns_24, x, 24);
    cube_and_store(state, single_opening_constants_24[r], x);
  }
  multiply_matrix(&inputs, partial_input_columns_24, x, 24);
  for (int b = 0; b < STATE_VECTORS; b++) {
    inputs.v[b] = (products)add_constants(inputs.v[b], single_input_constants_24, b);
  }
  partial_sboxes_24(inputs.words, x + 2 * 24);
  multiply_matrix(state, partial_output_columns_24, x, 47);
  cube_and_store(state, single_output_constants_24, x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) {
    multiply_matrix(state, mds_columns_24, x, 24);
    cube_and_store(state, single_closing_constants_24[r], x);
  }
  multiply_matrix(state, mds_columns_24, x, 24);
  for (int b = 0; b < STATE_VECTORS; b++) {
    const lanes sum = add_constants(state->v[b], single_final_constants_24, b);
    state->v[b] = (products)canonical(sum) & splat_product(0xffffffff);
  }
}

#endif
