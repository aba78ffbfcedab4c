/* Everything that needs curses.h. Its macros break innocent names, so nothing else lives here. */
#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1 /* without it cchar_t and the wide functions do not exist */
#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#undef lines /* term.h takes these words away */
#undef columns

#include "ccurses.h"
#include "internal.h"

static SCREEN *screen;
static FILE *output_file, *input_file;
static int output_fd = -1, input_fd = -1;
static bool is_mouse_on;

/* Wide characters need a UTF-8 locale; a host without one still has C.UTF-8. */
static void choose_locale(void) {
  setlocale(LC_ALL, "");
  if (!terminal_is_utf8()) setlocale(LC_CTYPE, "C.UTF-8");
}

bool terminal_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

static void close_files(void) {
  if (output_file) fclose(output_file);
  if (input_file) fclose(input_file);
  output_file = input_file = NULL;
}

/* Another program's crash may have left reports on that would come in as input; pastes come marked. */
static void set_input_modes(bool is_ours) {
  static const char none[] = "\033[?1000l\033[?1002l\033[?1003l\033[?1005l\033[?1006l\033[?1015l"
                             "\033[?1004l\033[?2004l"; /* mouse, focus, paste */
  static const char paste[] = "\033[?2004h", mouse[] = "\033[?1000h\033[?1006h";
  terminal_send(none, sizeof none - 1);
  lifeline_title(is_ours);
  if (is_ours) terminal_send(paste, sizeof paste - 1);
  if (is_ours && is_mouse_on) terminal_send(mouse, sizeof mouse - 1);
}

terminal_opened terminal_open(const char *term) {
  if (screen) return TERMINAL_NO_TTY; /* one terminal for one process */
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return TERMINAL_NO_TTY;
  choose_locale();
  /* Own descriptors: 1 and 2 are captured below. */
  if (output_fd < 0) output_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
  if (input_fd < 0) input_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
  output_file = fdopen(fcntl(output_fd, F_DUPFD_CLOEXEC, 10), "w");
  input_file = fdopen(fcntl(input_fd, F_DUPFD_CLOEXEC, 10), "r");
  lifeline_open(input_fd, output_fd, fileno(output_file));
  screen = newterm(term, output_file, input_file); /* initscr() exits on an unknown terminal */
  if (!screen) {
    close_files();
    return TERMINAL_UNKNOWN;
  }
  set_term(screen);
  /* ncurses flushes at each cursor move until its first endwin and refresh: torn frames. */
  endwin();
  refresh();
  cbreak(); /* not raw: ^C and ^Z stay signals and work when this thread is stuck */
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  leaveok(stdscr, TRUE);
  idlok(stdscr, FALSE);
  curs_set(0);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  capture_open();
  lifeline_hold(); /* after newterm, which sets handlers of its own */
  set_input_modes(true);
  return TERMINAL_OPENED;
}

void terminal_close(void) {
  if (!screen) return;
  is_mouse_on = false;
  set_input_modes(false);
  endwin();
  lifeline_release();
  delscreen(screen);
  screen = NULL;
  close_files();
  capture_close();
}

int terminal_colors(void) {
  if (!has_colors()) return 0;
  return tigetflag("RGB") > 0 ? 1 << 24 : COLORS;
}

void terminal_size(int *rows, int *columns) {
  *rows = getmaxy(stdscr);
  *columns = getmaxx(stdscr);
}

/* The number that ncurses knows a colour by. */
static int color_number(int32_t color) {
  if (color < 0) return -1;
  if (color & TERMINAL_RGB) {
    int value = color & 0xFFFFFF;
    return value < 8 ? 8 : value; /* with direct colour 0 to 7 are still the palette */
  }
  return color < COLORS ? color : color % 8;
}

static attr_t curses_attributes(unsigned attributes) {
  attr_t bits = 0;
  if (attributes & TERMINAL_BOLD) bits |= WA_BOLD;
  if (attributes & TERMINAL_DIM) bits |= WA_DIM;
  if (attributes & TERMINAL_UNDERLINE) bits |= WA_UNDERLINE;
  if (attributes & TERMINAL_REVERSE) bits |= WA_REVERSE;
  if (attributes & TERMINAL_ITALIC) bits |= WA_ITALIC;
  return bits;
}

void terminal_put(int row, int column, const terminal_cell *cells, int count) {
  int last_foreground = -2, last_background = -2, pair = 0; /* neighbours mostly share colours */
  for (int i = 0; i < count; i++) {
    const terminal_cell *cell = &cells[i];
    if (cell->glyph == 0) continue;
    int foreground = color_number(cell->foreground), background = color_number(cell->background);
    if (foreground != last_foreground || background != last_background) {
      last_foreground = foreground;
      last_background = background;
      pair = foreground < 0 && background < 0 ? 0 : alloc_pair(foreground, background);
      if (pair < 0) pair = 0;
    }
    /* A glyph whose width the C library sees otherwise would shift the rest of the row. */
    bool agreed = cell->glyph < 0x7F || wcwidth((wchar_t)cell->glyph) == cell->width;
    for (int half = 0; half < (agreed ? 1 : cell->width); half++) {
      wchar_t text[2] = {agreed ? (wchar_t)cell->glyph : L'?', 0};
      cchar_t complex;
      setcchar(&complex, text, curses_attributes(cell->attributes), 0, &pair);
      mvadd_wch(row, column + i + half, &complex); /* an error in the last cell is harmless */
    }
  }
}

void terminal_erase(void) { erase(); }

void terminal_repaint(void) { clearok(curscr, TRUE); }

void terminal_send(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(output_fd, bytes, count);
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

/* The marks of DEC mode 2026: a terminal that knows them shows a frame of several writes whole. */
void terminal_flush(bool is_large) {
  static const char begin[] = "\033[?2026h", end[] = "\033[?2026l";
  wnoutrefresh(stdscr);
  if (is_large) terminal_send(begin, sizeof begin - 1);
  doupdate();
  if (is_large) terminal_send(end, sizeof end - 1);
}

bool terminal_get(int row, int column, terminal_cell *cell) {
  cchar_t complex;
  wchar_t text[CCHARW_MAX + 1] = {0};
  attr_t bits = 0;
  short short_pair = 0;
  int pair = 0, foreground = -1, background = -1;
  if (mvwin_wch(stdscr, row, column, &complex) == ERR) return false;
  if (getcchar(&complex, text, &bits, &short_pair, &pair) == ERR) return false;
  if (pair) extended_pair_content(pair, &foreground, &background);
  cell->glyph = (uint32_t)text[0];
  cell->foreground = foreground;
  cell->background = background;
  cell->width = (uint8_t)(text[0] ? wcwidth(text[0]) : 0);
  cell->attributes = (uint8_t)((bits & WA_BOLD ? TERMINAL_BOLD : 0) |
                               (bits & WA_DIM ? TERMINAL_DIM : 0) |
                               (bits & WA_UNDERLINE ? TERMINAL_UNDERLINE : 0) |
                               (bits & WA_REVERSE ? TERMINAL_REVERSE : 0) |
                               (bits & WA_ITALIC ? TERMINAL_ITALIC : 0));
  return true;
}

void terminal_title(const char *text) {
  static const char begin[] = "\033]2;", end[] = "\033\\";
  terminal_send(begin, sizeof begin - 1);
  terminal_send(text, strlen(text));
  terminal_send(end, sizeof end - 1);
}

void terminal_mouse(bool on) {
  is_mouse_on = on;
  set_input_modes(true);
}

int terminal_wait(int timeout_milliseconds) {
  struct pollfd waits[2] = {{lifeline_wake_fd(), POLLIN, 0}, {input_fd, POLLIN, 0}};
  int bits = lifeline_take_signals();
  int ready = poll(waits, 2, bits ? 0 : timeout_milliseconds);
  if (ready > 0 && waits[0].revents) {
    uint64_t count;
    if (read(waits[0].fd, &count, sizeof count) > 0) bits |= TERMINAL_WOKEN;
  }
  if (ready > 0 && waits[1].revents & (POLLHUP | POLLERR | POLLNVAL)) bits |= TERMINAL_LOST;
  if (ready > 0 && waits[1].revents & POLLIN) bits |= TERMINAL_INPUT;
  return bits | lifeline_take_signals();
}

void terminal_resize(void) {
  struct winsize window;
  if (ioctl(output_fd, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0)
    resizeterm(window.ws_row, window.ws_col);
  clearok(curscr, TRUE);
}

void terminal_suspend(void) {
  set_input_modes(false);
  endwin();
  lifeline_release();
  raise(SIGSTOP); /* not kill: this thread must not run on before the stop reaches it */
  lifeline_hold();
  set_input_modes(true);
  terminal_resize();
  refresh();
}

size_t terminal_read(uint8_t *buffer, size_t count) {
  ssize_t taken = read(input_fd, buffer, count);
  return taken > 0 ? (size_t)taken : 0;
}

uint64_t terminal_uptime(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

int terminal_width(uint32_t glyph) {
  static bool chosen;
  if (!chosen && !screen) choose_locale();
  chosen = true;
  return wcwidth((wchar_t)glyph);
}
