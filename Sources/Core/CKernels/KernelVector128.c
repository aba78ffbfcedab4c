// The kernel with four lanes: SSE4.1 on x86-64, NEON on arm64.

#include "CKernels.h"

#include <stdbool.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the kernels read and write little-endian words"
#endif

#define LANES 4
#define SINGLE_STATES 1

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.1"))), apply_to = function)
#endif
#include "Kernel.h"
#if defined(__x86_64__)
#pragma clang attribute pop
#endif

const vector_kernel *kernel_vector128(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.1") ? &functions : NULL;
#else
  return &functions;
#endif
}
