/* Shared by the files of this target only. */
#ifndef CCURSES_INTERNAL_H
#define CCURSES_INTERNAL_H

#include <stdbool.h>

/* lifeline.c: the terminal comes back on every exit. */
void lifeline_open(int input, int output, int frames);
void lifeline_hold(void);    /* curses has the terminal */
void lifeline_release(void); /* the terminal is as it was */
void lifeline_title(bool is_ours); /* keeps the title of the window, or gives it back */
int lifeline_wake_fd(void);
int lifeline_take_signals(void); /* TERMINAL_ bits */

/* capture.c: what other code prints. */
void capture_open(void);
void capture_close(void);
void capture_show_tail(void); /* async-signal-safe: last words to the real standard error */

#endif
