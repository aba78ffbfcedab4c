#include "CMachine.h"

#include <curses.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <nettle/version.h>
#include <ngtcp2/ngtcp2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/timex.h>

int clock_discipline_read(struct clock_discipline *into) {
  struct timex time = {.modes = 0};
  int state = adjtimex(&time);
  if (state < 0) return errno;
  into->is_synchronized = state != TIME_ERROR && !(time.status & STA_UNSYNC);
  into->offset_microseconds = time.status & STA_NANO ? time.offset / 1000 : time.offset;
  into->maximum_error_microseconds = time.maxerror;
  return 0;
}

const char *build_commit(void) {
#ifdef SWIFTLET_COMMIT
  return SWIFTLET_COMMIT;
#else
  return NULL;
#endif
}

static const char *const names[] = {"ngtcp2", "GnuTLS", "Nettle", "SQLite", "ncurses"};

int library_count(void) { return sizeof names / sizeof *names; }

const char *library_name(int index) { return names[index]; }

const char *library_version(int index) {
  static _Thread_local char nettle[24];
  switch (index) {
  case 0: return ngtcp2_version(0)->version_str;
  case 1: return gnutls_check_version(NULL);
  case 2:
    snprintf(nettle, sizeof nettle, "%d.%d", nettle_version_major(), nettle_version_minor());
    return nettle;
  case 3: return sqlite3_libversion();
  default: return curses_version() + sizeof "ncurses";
  }
}
