/* The face of ncursesw that Swift sees: no curses type, no macro, no variadic function.

   One terminal for one process. Every function belongs to the thread that opened the terminal,
   except terminal_wake and terminal_abandon. Nothing here is safe to call before terminal_open unless it says so. */
#ifndef CCURSES_H
#define CCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One cell. Colours: -1 the terminal's own, 0 to 255 of the palette, or TERMINAL_RGB | 0xRRGGBB. */
typedef struct {
  uint32_t glyph; /* 0: the right half of a wide glyph */
  int32_t foreground, background;
  uint8_t attributes, width;
} terminal_cell;

enum { TERMINAL_RGB = 1 << 24 };
enum {
  TERMINAL_BOLD = 1,
  TERMINAL_DIM = 2,
  TERMINAL_UNDERLINE = 4,
  TERMINAL_REVERSE = 8,
  TERMINAL_ITALIC = 16
};

typedef enum { TERMINAL_OPENED, TERMINAL_NO_TTY, TERMINAL_UNKNOWN } terminal_opened;

/* Opens the terminal on standard input and output; `term` is the name of its description.
   Standard output and error go to a file in memory until the terminal is closed. */
terminal_opened terminal_open(const char *term);
void terminal_close(void);
/* Gives the terminal back while its thread cannot: it waits for a terminal that nobody reads. What is
   printed from now on is shown at the end of the process. */
void terminal_abandon(void);

int terminal_colors(void); /* 0, 8, 16, 256, or 1 << 24 */
bool terminal_is_utf8(void);
void terminal_size(int *rows, int *columns);

/* Puts cells into the next frame; terminal_flush sends it, a large one between marks that make
   the terminal show it whole, any other in one write. */
void terminal_put(int row, int column, const terminal_cell *cells, int count);
void terminal_erase(void);
void terminal_flush(bool is_large);
void terminal_repaint(void); /* the next frame is sent whole */
bool terminal_get(int row, int column, terminal_cell *cell); /* what curses holds */
void terminal_send(const char *bytes, size_t count); /* outside of any frame */
void terminal_mouse(bool on);
void terminal_title(const char *text); /* the title of the window, which comes back at the end */

/* What happened while waiting, as bits. */
enum {
  TERMINAL_INPUT = 1,
  TERMINAL_RESIZED = 2,
  TERMINAL_WOKEN = 4,
  TERMINAL_STOP = 8,      /* SIGTSTP */
  TERMINAL_INTERRUPT = 16, /* SIGINT */
  TERMINAL_TERMINATE = 32, /* SIGTERM or SIGHUP */
  TERMINAL_LOST = 64
};
int terminal_wait(int timeout_milliseconds);
int terminal_end_signal(void); /* SIGTERM or SIGHUP, whichever came */
void terminal_wake(void);      /* from any thread, at any time */
void terminal_resize(void);    /* takes the size of the window */
void terminal_suspend(void);   /* gives the terminal back, stops, takes it again */

/* What the terminal sent, after TERMINAL_INPUT; 0 when it hung up. */
size_t terminal_read(uint8_t *buffer, size_t count);
uint64_t terminal_uptime(void); /* milliseconds of a clock that never steps; at any time */

/* What other code printed while the screen was up: new bytes since the last call. */
bool terminal_has_captured(void);
size_t terminal_captured(char *buffer, size_t count);
/* Bytes thrown away because nobody took them. */
uint64_t terminal_captured_lost(void);

int terminal_width(uint32_t glyph); /* columns by the C library; at any time */

#endif
