/* What only C can ask: the kernel's clock, the libraries, and the compiler's command line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The kernel's clock as its discipline, such as NTP, keeps it. */
struct clock_discipline {
  /* Whether somebody keeps the clock. */
  bool is_synchronized;
  /* The correction that is still to be made, and bounds of the error, in microseconds. */
  int64_t offset_microseconds;
  int64_t maximum_error_microseconds;
};

/* Reads the discipline; 0, or the error's number. Changes nothing. */
int clock_discipline_read(struct clock_discipline *into);

/* The commit that the program was built from; NULL when the build did not say. */
const char *build_commit(void);

/* The number of libraries that are linked, and the name and version of each. */
int library_count(void);
const char *library_name(int index);
const char *library_version(int index);
