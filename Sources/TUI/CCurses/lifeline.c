/* The terminal comes back on every exit: signals, crashes, exit() in a library.

   Handlers, not sigprocmask with signalfd: with an async main, libdispatch parks the main thread
   in sigsuspend with every signal open, so no signal is ever blocked in all threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "ccurses.h"
#include "internal.h"

/* Seconds from SIGTERM to the closed terminal; a stopped terminal must not make them more. */
enum { GRACE_SECONDS = 3 };

static const int asked[] = {SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGINT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT};
enum { ASKED = sizeof asked / sizeof *asked, CRASHES = sizeof crashes / sizeof *crashes };

/* Milliseconds that the way back waits while another thread is in the middle of a write. */
enum { WRITE_MILLISECONDS = 50 };

static int input_fd = -1, output_fd = -1, null_fd = -1;
static int frame_fds[2] = {-1, -1}; /* where the screen's thread writes */
static volatile sig_atomic_t wake_fd = -1;
static struct termios saved_modes;
static struct sigaction before[NSIG]; /* handlers of the time before */
static char alternate_stack[64 * 1024];

static volatile sig_atomic_t held; /* curses has the terminal */
static volatile sig_atomic_t has_title;
static const char title_back[] = "\033[23;0t";
static volatile sig_atomic_t resized, stopped, interrupted, terminated;

int lifeline_wake_fd(void) { return wake_fd; }

void terminal_wake(void) {
  uint64_t one = 1;
  int kept = errno;
  if (wake_fd >= 0 && write(wake_fd, &one, sizeof one) < 0) { /* full: it wakes anyhow */ }
  errno = kept;
}

/* Never waits for a stopped terminal, but for a thread that is about to end its write to it. */
static void send_at_last(const char *bytes, size_t count) {
  for (int tries = 0; tries < WRITE_MILLISECONDS; tries++) {
    if (write(output_fd, bytes, count) >= 0 || errno != EAGAIN) return;
    poll(NULL, 0, 1);
  }
}

/* Async-signal-safe. Must not block, although the terminal may be stopped. */
static void restore_terminal(void) {
  static const char reset[] =
      "\033[?2026l\033[?1000l\033[?1006l\033[?2004l" /* frames, mouse, paste */
      "\033[0m\033[?7h\033[?25h"                     /* colours, wrap, cursor */
      "\033[?1049l\r";                               /* the screen of before */
  if (!held) return;
  held = 0;
  /* The screen's thread may live on for a while: its frames come to nothing from here on. */
  for (int i = 0; i < 2; i++) dup3(null_fd, frame_fds[i], O_CLOEXEC);
  int flags = fcntl(output_fd, F_GETFL);
  fcntl(output_fd, F_SETFL, flags | O_NONBLOCK);
  tcflow(output_fd, TCOON);     /* after ^S */
  tcflush(output_fd, TCOFLUSH); /* the rest of a frame would spoil what is said next */
  send_at_last(reset, sizeof reset - 1);
  if (has_title) send_at_last(title_back, sizeof title_back - 1);
  fcntl(output_fd, F_SETFL, flags);
  tcsetattr(input_fd, TCSANOW, &saved_modes);
}

static void die_of(int number) {
  restore_terminal();
  capture_show_tail();
  signal(number, SIG_DFL);
  sigset_t open;
  sigemptyset(&open);
  sigaddset(&open, number);
  sigprocmask(SIG_UNBLOCK, &open, NULL);
  raise(number);
  _exit(128 + number);
}

static void on_asked(int number) {
  switch (number) {
    case SIGWINCH: resized = 1; break;
    case SIGTSTP: stopped = 1; break;
    case SIGINT:
      if (interrupted) die_of(number); /* the second, and nobody took the first */
      interrupted = 1;
      break;
    default:
      if (terminated) die_of(number);
      terminated = number;
      alarm(GRACE_SECONDS);
      break;
  }
  terminal_wake();
}

static void on_grace_over(int number) {
  (void)number;
  if (terminated) die_of(terminated);
}

static void on_crash(int number) {
  restore_terminal();
  capture_show_tail();
  sigaction(number, &before[number], NULL); /* Swift's backtracer, or the default */
  raise(number);
  /* The backtracer returns and expects the fault again; after kill -ABRT there is none. */
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number);
}

/* Also after terminal_abandon, since when all that was printed went into the file. */
static void on_exit_anywhere(void) {
  restore_terminal();
  capture_show_tail();
}

void terminal_abandon(void) { restore_terminal(); }

/* Consoles have no title, and some print the question. */
void lifeline_title(bool is_ours) {
  static const char keep[] = "\033[22;0t";
  const char *term = getenv("TERM");
  if (!term || !strncmp(term, "linux", 5) || !strncmp(term, "ansi", 4) || !strncmp(term, "vt", 2))
    return;
  if (is_ours != (bool)has_title)
    terminal_send(is_ours ? keep : title_back, is_ours ? sizeof keep - 1 : sizeof title_back - 1);
  has_title = is_ours;
}

static void install(int number, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, &before[number]);
}

void lifeline_open(int input, int output, int frames) {
  input_fd = input;
  frame_fds[0] = output;
  frame_fds[1] = frames;
  if (wake_fd < 0) {
    output_fd = fcntl(output, F_DUPFD_CLOEXEC, 10);
    null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    atexit(on_exit_anywhere);
  }
  tcgetattr(input_fd, &saved_modes);
  for (int i = 0; i < ASKED; i++) sigaction(asked[i], NULL, &before[asked[i]]);
}

void lifeline_hold(void) {
  /* newterm has set handlers of its own, so what was before is not asked for again here. */
  for (int i = 0; i < ASKED; i++) {
    struct sigaction kept = before[asked[i]];
    install(asked[i], on_asked, SA_RESTART);
    before[asked[i]] = kept;
  }
  install(SIGALRM, on_grace_over, 0);
  stack_t stack, current;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = alternate_stack;
  stack.ss_size = sizeof alternate_stack;
  if (sigaltstack(NULL, &current) == 0 && current.ss_flags & SS_DISABLE) sigaltstack(&stack, NULL);
  for (int i = 0; i < CRASHES; i++) install(crashes[i], on_crash, SA_ONSTACK | SA_NODEFER);
  held = 1;
}

void lifeline_release(void) {
  held = 0;
  alarm(0);
  for (int i = 0; i < ASKED; i++) sigaction(asked[i], &before[asked[i]], NULL);
  for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &before[crashes[i]], NULL);
  sigaction(SIGALRM, &before[SIGALRM], NULL);
}

int lifeline_take_signals(void) {
  int bits = 0;
  if (resized) resized = 0, bits |= TERMINAL_RESIZED;
  if (stopped) stopped = 0, bits |= TERMINAL_STOP;
  if (interrupted) interrupted = 0, bits |= TERMINAL_INTERRUPT;
  if (terminated) bits |= TERMINAL_TERMINATE; /* it stays set: the end is the end */
  return bits;
}

int terminal_end_signal(void) { return terminated; }
