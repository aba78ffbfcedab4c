// The partial rounds of Poseidon in closed form.
//
// Only element 0 passes an S-box there, so everything else is linear: the input of S-box r is
//   u_r = <Y_r, x> + sum over q < r of T_(r-q) z_q + K_r
// in the state x after the fourth full S-box layer and the earlier S-box outputs z, and the state
// after the phase is F x + G z + C. Each dot product needs one Montgomery reduction, not one per
// term. Values enter centred around zero (minus P/2) so that eight products fit 63 bits; the
// generated constants already contain the correction for it. C includes the round constants of
// the first closing round, whose S-box layer ends this phase.

#ifndef CKERNELS_PARTIAL_ROUNDS_H
#define CKERNELS_PARTIAL_ROUNDS_H

#include "Lanes.h"

KERNEL lanes dot(const lanes *even, const lanes *odd, const int32_t *constants, int count) {
  products even_sum = splat_product(0), odd_sum = even_sum;
  _Pragma("clang loop unroll(full)")
  for (int group = 0; group < count; group += 8) {
    const int size = count - group < 8 ? count - group : 8;
    products even_group = splat_product(0), odd_group = even_group;
    _Pragma("clang loop unroll(full)")
    for (int i = group; i < group + size; i++) {
      const lanes constant = splat((uint32_t)constants[i]);
      even_group += multiply_signed(even[i], constant);
      odd_group += multiply_signed(odd[i], constant);
    }
    even_group = fold_signed(even_group);
    odd_group = fold_signed(odd_group);
    even_sum = group == 0 ? even_group : fold_unsigned(even_sum + even_group);
    odd_sum = group == 0 ? odd_group : fold_unsigned(odd_sum + odd_group);
  }
  return canonical(interleave(reduce_unsigned(even_sum), reduce_unsigned(odd_sum)));
}

// One function per width. Signed state in, signed state out. Rows of INPUT and OUTPUT hold the
// coefficients of x and then of z; the unknown z are zero, so early rounds may stop early.
#define DEFINE_PARTIAL_ROUNDS(WIDTH, ROUNDS)                                                   \
  KERNEL void partial_rounds_##WIDTH(lanes *x) {                                               \
    lanes even[WIDTH + ROUNDS], odd[WIDTH + ROUNDS];                                           \
    for (int i = 0; i < WIDTH; i++) {                                                          \
      even[i] = canonical(x[i]) - splat(HALF_P);                                               \
      odd[i] = odd_lanes(even[i]);                                                             \
    }                                                                                          \
    for (int i = WIDTH; i < WIDTH + ROUNDS; i++) even[i] = odd[i] = splat(0);                  \
    _Pragma("clang loop unroll(disable)")                                                      \
    for (int r = 0; r < ROUNDS; r++) {                                                         \
      const int32_t *row = partial_input_##WIDTH[r];                                           \
      lanes u = r < 8 ? dot(even, odd, row, WIDTH + 8)                                         \
                      : r < 16 ? dot(even, odd, row, WIDTH + 16)                               \
                               : dot(even, odd, row, WIDTH + ROUNDS);                          \
      lanes z = cube(add_constant(u, partial_input_constant_##WIDTH[r]));                      \
      even[WIDTH + r] = canonical(z) - splat(HALF_P);                                          \
      odd[WIDTH + r] = odd_lanes(even[WIDTH + r]);                                             \
    }                                                                                          \
    _Pragma("clang loop unroll(disable)")                                                      \
    for (int i = 0; i < WIDTH; i++) {                                                          \
      lanes y = dot(even, odd, partial_output_##WIDTH[i], WIDTH + ROUNDS);                     \
      x[i] = cube(add_constant(y, partial_output_constant_##WIDTH[i]));                        \
    }                                                                                          \
  }

#endif
