// Counts the instructions of the calling thread in user mode, where the system allows it.
//
// A shim because perf_event_open has no wrapper in the C library and syscall() is variadic.

#ifndef CINSTRUCTIONCOUNTER_H
#define CINSTRUCTIONCOUNTER_H

#include <stdint.h>

/// Starts counting; returns a descriptor, or -1 where instructions cannot be counted.
int instruction_counter_open(void);

/// The instructions since the counter was opened.
uint64_t instruction_counter_read(int descriptor);

/// Ends counting.
void instruction_counter_close(int descriptor);

#endif
