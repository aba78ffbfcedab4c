/* Standard output and error go to a file in memory while the screen is up.

   Not a pipe: a full pipe stops whoever prints, and a crash takes its content along. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ccurses.h"
#include "internal.h"

/* When the file has grown past this it is emptied. */
enum { SIZE_LIMIT = 8 << 20, TAIL = 4096 };

static int real_output = -1, real_error = -1, file = -1;
static off_t taken;
static uint64_t lost;

void capture_open(void) {
  fflush(NULL);
  file = memfd_create("swiftlet-output", MFD_CLOEXEC);
  if (file < 0) return;
  fcntl(file, F_SETFL, O_APPEND);
  real_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
  real_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  setvbuf(stdout, NULL, _IOLBF, 0); /* a file would be buffered in blocks */
  taken = 0;
}

static void give_back(void) {
  dup2(real_output, STDOUT_FILENO);
  dup2(real_error, STDERR_FILENO);
}

/* Writes what stands in the file from an offset on; never waits, for the terminal may be stopped. */
static void show(off_t from) {
  static char tail[TAIL];
  off_t end = lseek(file, 0, SEEK_END), start_of_tail = end > TAIL ? end - TAIL : 0;
  bool is_cut = start_of_tail > from;
  ssize_t got = pread(file, tail, sizeof tail, is_cut ? start_of_tail : from);
  give_back();
  int flags = fcntl(STDERR_FILENO, F_GETFL);
  fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
  ssize_t start = 0;
  while (is_cut && start < got && tail[start++] != '\n') { /* from the first whole line */ }
  while (start < got) {
    ssize_t written = write(STDERR_FILENO, tail + start, (size_t)(got - start));
    if (written <= 0) break;
    start += written;
  }
  fcntl(STDERR_FILENO, F_SETFL, flags);
}

void capture_close(void) {
  if (file < 0) return;
  fflush(stdout);
  show(taken); /* what the screen has not shown */
  close(real_output);
  close(real_error);
  close(file);
  file = -1;
}

bool terminal_has_captured(void) {
  struct stat status;
  return file >= 0 && fstat(file, &status) == 0 && status.st_size > taken;
}

size_t terminal_captured(char *buffer, size_t count) {
  if (file < 0) return 0;
  off_t end = lseek(file, 0, SEEK_END);
  ssize_t got = pread(file, buffer, count, taken);
  if (got > 0) taken += got;
  if (end > SIZE_LIMIT) {
    lost += (uint64_t)(end - taken);
    if (ftruncate(file, 0) == 0) taken = 0;
  }
  return got > 0 ? (size_t)got : 0;
}

uint64_t terminal_captured_lost(void) { return lost; }

void capture_show_tail(void) {
  if (file >= 0) show(0);
}
