// The kernel with 16 lanes.
//
// Without AVX-512DQ on purpose: clang would take its 64-bit multiplication, which is slower than
// the 32-bit one that the lanes are written for.

#include "CKernels.h"

#if defined(__x86_64__)

#include <stdbool.h>
#include <string.h>

#define LANES 16
#define SINGLE_STATES 4

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,tune=icelake-server"))), \
    apply_to = function)
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#include "Kernel.h"
#pragma clang attribute pop
#pragma clang attribute pop

const vector_kernel *kernel_avx512(void) {
  const bool is_supported = __builtin_cpu_supports("avx512f")
      && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return is_supported ? &functions : NULL;
}

#else

const vector_kernel *kernel_avx512(void) { return NULL; }

#endif
