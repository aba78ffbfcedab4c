#include "CKernels.h"

#include <stdlib.h>
#include <string.h>

const char *kernel_requested(void) { return getenv("SWIFTLET_KERNEL"); }

void kernel_wipe(void *bytes, size_t count) {
  memset(bytes, 0, count);
  __asm__ volatile("" : : "r"(bytes) : "memory");
}
