/* A stack for signals on every thread, so that a recursion without an end restores the terminal too.

   Without one the kernel cannot call a handler on the thread whose stack is full and kills at once.
   libdispatch makes its threads itself and offers no hook; so this pthread_create stands before the
   C library's in the whole program. Sanitizers do the same and need the name for themselves.

   The guard below each stack grows too: frames of a page step over the usual one of a page, into
   whatever lies there. When that is the thread's own stack for signals, the kernel takes the
   handler for running already, and kills at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "internal.h"

#if !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

enum { SIGNAL_STACK = 64 * 1024, GUARD = 256 * 1024 };

typedef int (*creator)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

typedef struct {
  void *(*body)(void *);
  void *argument;
} thread_start;

static pthread_key_t stack_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static creator real_create;

static void free_stack(void *stack) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  munmap(stack, SIGNAL_STACK);
}

static void prepare(void) {
  real_create = (creator)dlsym(RTLD_NEXT, "pthread_create");
  if (real_create == NULL || pthread_key_create(&stack_key, free_stack) != 0) abort();
}

static void *run(void *pointer) {
  thread_start start = *(thread_start *)pointer;
  free(pointer);
  void *stack = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack != MAP_FAILED) { /* else the thread does without, as threads do */
    stack_t signals = {.ss_sp = stack, .ss_size = SIGNAL_STACK};
    sigaltstack(&signals, NULL);
    pthread_setspecific(stack_key, stack);
  }
  return start.body(start.argument);
}

int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  pthread_once(&once, prepare);
  thread_start *start = malloc(sizeof *start);
  if (start == NULL) return EAGAIN;
  *start = (thread_start){body, argument};
  pthread_attr_t guarded;
  if (attributes != NULL)
    guarded = *attributes; /* shares what it points to, which the caller keeps */
  else if (pthread_attr_init(&guarded) != 0)
    return free(start), EAGAIN;
  pthread_attr_setguardsize(&guarded, GUARD); /* address space only, beside the size of the stack */
  int result = real_create(thread, &guarded, run, start);
  if (attributes == NULL) pthread_attr_destroy(&guarded);
  if (result != 0) free(start);
  return result;
}

#endif
