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
#include <unistd.h>
#include <wchar.h>

#undef lines /* term.h takes these words away */
#undef columns

#include "ccurses.h"
#include "internal.h"

static SCREEN *screen;
static FILE *output_file, *input_file;
static int output_fd = -1, input_fd = -1;

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

/* What a terminal description leaves out: under TERM=xterm-256color inside tmux, home and end would
   be an escape and three letters. */
static void define_missing_keys(void) {
  static const struct {
    const char *sequence;
    int key;
  } keys[] = {{"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME}, {"\033[H", KEY_HOME},
              {"\033OH", KEY_HOME},  {"\033[4~", KEY_END},  {"\033[8~", KEY_END},
              {"\033[F", KEY_END},   {"\033OF", KEY_END},   {"\033[A", KEY_UP},
              {"\033[B", KEY_DOWN},  {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (key_defined(keys[i].sequence) == 0) define_key(keys[i].sequence, keys[i].key);
  }
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
  lifeline_open(input_fd, output_fd);
  screen = newterm(term, output_file, input_file); /* initscr() exits on an unknown terminal */
  if (!screen) {
    close_files();
    return TERMINAL_UNKNOWN;
  }
  set_term(screen);
  /* ncurses flushes at each cursor move until its first endwin and refresh: torn frames. */
  endwin();
  refresh();
  set_escdelay(25);
  cbreak(); /* not raw: ^C and ^Z stay signals and work when this thread is stuck */
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  define_missing_keys();
  nodelay(stdscr, TRUE);
  leaveok(stdscr, TRUE);
  idlok(stdscr, FALSE);
  curs_set(0);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  capture_open();
  lifeline_hold(); /* after newterm, which sets handlers of its own */
  return TERMINAL_OPENED;
}

void terminal_close(void) {
  if (!screen) return;
  terminal_mouse(false);
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

void terminal_mouse(bool on) {
  mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
  mouseinterval(0);
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
  endwin();
  lifeline_release();
  raise(SIGSTOP); /* not kill: this thread must not run on before the stop reaches it */
  lifeline_hold();
  terminal_resize();
  refresh();
}

static terminal_key_kind kind_of_mouse(terminal_key *key) {
  MEVENT event;
  if (getmouse(&event) != OK) return TERMINAL_OTHER;
  key->row = event.y;
  key->column = event.x;
  if (event.bstate & BUTTON4_PRESSED) return TERMINAL_WHEEL_UP;
  if (event.bstate & BUTTON5_PRESSED) return TERMINAL_WHEEL_DOWN;
  return event.bstate & BUTTON1_PRESSED ? TERMINAL_PRESS : TERMINAL_OTHER;
}

static terminal_key_kind kind_of_code(wint_t code, terminal_key *key) {
  if (code > KEY_F0 && code <= KEY_F(12)) {
    key->code = code - KEY_F0;
    return TERMINAL_FUNCTION;
  }
  switch (code) {
    case KEY_UP: return TERMINAL_UP;
    case KEY_DOWN: return TERMINAL_DOWN;
    case KEY_LEFT: return TERMINAL_LEFT;
    case KEY_RIGHT: return TERMINAL_RIGHT;
    case KEY_PPAGE: return TERMINAL_PAGE_UP;
    case KEY_NPAGE: return TERMINAL_PAGE_DOWN;
    case KEY_HOME: return TERMINAL_HOME;
    case KEY_END: return TERMINAL_END;
    case KEY_DC: return TERMINAL_DELETE;
    case KEY_BACKSPACE: return TERMINAL_BACKSPACE;
    case KEY_BTAB: return TERMINAL_BACK_TAB;
    case KEY_ENTER: return TERMINAL_ENTER;
    case KEY_MOUSE: return kind_of_mouse(key);
    default: return TERMINAL_OTHER;
  }
}

bool terminal_next_key(terminal_key *key) {
  wint_t code;
  int result = wget_wch(stdscr, &code);
  if (result == ERR) return false;
  memset(key, 0, sizeof *key);
  key->code = (uint32_t)code;
  key->kind = result == KEY_CODE_YES ? kind_of_code(code, key) : TERMINAL_CHARACTER;
  return true;
}

int terminal_width(uint32_t glyph) {
  static bool chosen;
  if (!chosen && !screen) choose_locale();
  chosen = true;
  return wcwidth((wchar_t)glyph);
}
