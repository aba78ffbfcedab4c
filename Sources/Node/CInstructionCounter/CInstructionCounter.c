#include "CInstructionCounter.h"

#include <unistd.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/syscall.h>

int instruction_counter_open(void) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_HARDWARE,
      .size = sizeof attributes,
      .config = PERF_COUNT_HW_INSTRUCTIONS,
      .exclude_kernel = 1,
      .exclude_hv = 1,
  };
  const int this_thread = 0, any_processor = -1, no_group = -1;
  return (int)syscall(SYS_perf_event_open, &attributes, this_thread, any_processor, no_group, 0);
}
#else
int instruction_counter_open(void) { return -1; }
#endif

uint64_t instruction_counter_read(int descriptor) {
  uint64_t count = 0;
  return read(descriptor, &count, sizeof count) == sizeof count ? count : 0;
}

void instruction_counter_close(int descriptor) { close(descriptor); }
