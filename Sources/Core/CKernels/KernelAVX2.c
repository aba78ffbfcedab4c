// The kernel with eight lanes.

#include "CKernels.h"

#if defined(__x86_64__)

#include <stdbool.h>
#include <string.h>

#define LANES 8
#define SINGLE_STATES 3

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "Kernel.h"
#pragma clang attribute pop

const vector_kernel *kernel_avx2(void) {
  return __builtin_cpu_supports("avx2") ? &functions : NULL;
}

#else

const vector_kernel *kernel_avx2(void) { return NULL; }

#endif
