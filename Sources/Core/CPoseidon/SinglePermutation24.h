// One width-24 permutation with its state spread over the lanes of three vectors.
//
// Verification hashes 58 states one after the other (leaf sponge and Merkle path), where eight
// states at once cannot help. Every linear layer is a dense matrix here: column times broadcast
// element, again with one reduction per output. Only the partial S-boxes are scalar code; their
// chain of dependent multiplications is the critical path.

#ifndef CPOSEIDON_SINGLE_PERMUTATION24_H
#define CPOSEIDON_SINGLE_PERMUTATION24_H

#include "Lanes.h"
#include "Tables.h"

// `columns` holds 24 even-lane and 24 odd-lane places per column. Canonical result.
KERNEL void multiply_matrix(
    lanes *result, const int32_t columns[][48], const int32_t *x, int count) {
  products even_sum[3], odd_sum[3];
  _Pragma("clang loop unroll(full)")
  for (int group = 0; group < count; group += 8) {
    const int size = count - group < 8 ? count - group : 8;
    products even_group[3] = {0}, odd_group[3] = {0};
    _Pragma("clang loop unroll(full)")
    for (int j = group; j < group + size; j++) {
      const lanes element = splat((uint32_t)x[j]);
      const lanes *column = (const lanes *)columns[j];
      for (int b = 0; b < 3; b++) {
        even_group[b] += multiply_signed(element, column[b]);
        odd_group[b] += multiply_signed(element, column[3 + b]);
      }
    }
    for (int b = 0; b < 3; b++) {
      const products even = fold_signed(even_group[b]), odd = fold_signed(odd_group[b]);
      even_sum[b] = group == 0 ? even : fold_unsigned(even_sum[b] + even);
      odd_sum[b] = group == 0 ? odd : fold_unsigned(odd_sum[b] + odd);
    }
  }
  for (int b = 0; b < 3; b++) {
    result[b] =
        canonical(interleave(reduce_unsigned(even_sum[b]), reduce_unsigned(odd_sum[b])));
  }
}

KERNEL lanes add_constants(lanes a, const uint32_t *constants) {
  return a + (*(const lanes *)constants - splat(P));
}

// S-box layer on canonical-plus-constant input, stored centred for the next matrix.
KERNEL void cube_and_store(const lanes *state, const uint32_t *constants, int32_t *x) {
  for (int b = 0; b < 3; b++) {
    const lanes cubed = cube(add_constants(state[b], constants + 8 * b));
    ((lanes *)x)[b] = canonical(cubed) - splat(HALF_P);
  }
}

// The low halves of t and q * P are equal, so the high halves alone give the exact difference.
// The full difference overflows: |t| may reach 2^63 * 0.98 and |q * P| adds half as much.
KERNEL int64_t reduce_scalar(int64_t t) {
  const int32_t q = (int32_t)((uint32_t)t * P_INVERSE);
  return (t >> 32) - (((int64_t)q * P) >> 32);
}

// From within ±1.5 P to within ±P/2.
KERNEL int64_t centre(int64_t a) {
  const int64_t half = HALF_P, p = P;
  return a - (a > half ? p : 0) + (a < -half ? p : 0);
}

// The partial S-boxes. `u` holds the inputs without the contributions of `z`, within ±P.
// All contributions but the newest are summed ahead of time, so the dependent chain per round is
// one product and one cube. Ranges: the newest z is within ±1.46 P, its product with a centred
// constant reduces to ±0.86 P, so the cube's argument is within ±1.36 P and its square fits.
KERNEL void partial_sboxes_24(const int32_t *u, int32_t *z) {
  int64_t newest = 0;
  _Pragma("clang loop unroll(full)")
  for (int r = 0; r < 23; r++) {
    int64_t ready = u[r];
    _Pragma("clang loop unroll(full)")
    for (int group = 0; group < r - 1; group += 8) {
      int64_t sum = 0;
      _Pragma("clang loop unroll(full)")
      for (int q = group; q < group + 8 && q < r - 1; q++) {
        sum += (int64_t)partial_feedback_24[r - q] * z[q];
      }
      ready = centre(ready + centre(reduce_scalar(sum)));
    }
    const int64_t input = centre(ready) + reduce_scalar(partial_feedback_24[1] * newest);
    newest = reduce_scalar(reduce_scalar(input * input) * input);
    z[r] = (int32_t)centre(newest);
  }
}

// Canonical Montgomery form in and out.
KERNEL void single_permutation24(lanes *state) {
  int32_t x[48] __attribute__((aligned(32)));
  int32_t u[24] __attribute__((aligned(32)));
  lanes inputs[3];
  cube_and_store(state, opening_constants_24[0], x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) {
    multiply_matrix(state, mds_columns_24, x, 24);
    cube_and_store(state, single_opening_constants_24[r], x);
  }
  multiply_matrix(inputs, partial_input_columns_24, x, 24);
  for (int b = 0; b < 3; b++) {
    ((lanes *)u)[b] = add_constants(inputs[b], single_input_constants_24 + 8 * b);
  }
  partial_sboxes_24(u, x + 24);
  multiply_matrix(state, partial_output_columns_24, x, 47);
  cube_and_store(state, single_output_constants_24, x);
  _Pragma("clang loop unroll(disable)")
  for (int r = 0; r < 3; r++) {
    multiply_matrix(state, mds_columns_24, x, 24);
    cube_and_store(state, single_closing_constants_24[r], x);
  }
  multiply_matrix(state, mds_columns_24, x, 24);
  for (int b = 0; b < 3; b++) {
    state[b] = canonical(add_constants(state[b], single_final_constants_24 + 8 * b));
  }
}

#endif
