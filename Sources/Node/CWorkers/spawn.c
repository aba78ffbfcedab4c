#define _GNU_SOURCE

#include "CWorkers.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int limit(pid_t pid, const struct worker_limits *limits) {
  if (limits->memory_bytes > 0) {
    struct rlimit memory = {limits->memory_bytes, limits->memory_bytes};
    if (prlimit(pid, RLIMIT_AS, &memory, NULL) != 0) return errno;
  }
  // A worker that crashes must not fill the disk.
  struct rlimit core = {0, 0};
  if (prlimit(pid, RLIMIT_CORE, &core, NULL) != 0) return errno;
  if (limits->processors != 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int index = 0; index < 64; index++) {
      if (limits->processors >> index & 1) CPU_SET(index, &set);
    }
    if (sched_setaffinity(pid, sizeof set, &set) != 0) return errno;
  }
  if (limits->niceness != 0) {
    errno = 0;
    int own = getpriority(PRIO_PROCESS, 0);
    if (errno != 0) return errno;
    if (setpriority(PRIO_PROCESS, pid, own + limits->niceness) != 0) return errno;
  }
  return 0;
}

static int start(
  const char *const *arguments, int stream, int errors, pid_t *pid
) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int failure = posix_spawn_file_actions_init(&actions);
  if (failure != 0) return failure;
  failure = posix_spawnattr_init(&attributes);
  if (failure != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return failure;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  failure = posix_spawn_file_actions_adddup2(&actions, stream, 0);
  if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, stream, 1);
  if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, errors, 2);
  if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (failure == 0) failure = posix_spawnattr_setsigmask(&attributes, &none);
  if (failure == 0) failure = posix_spawnattr_setsigdefault(&attributes, &all);
  if (failure == 0) failure = posix_spawnattr_setpgroup(&attributes, 0);
  if (failure == 0) {
    failure = posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  if (failure == 0) {
    failure = posix_spawnp(
      pid, arguments[0], &actions, &attributes, (char *const *)arguments, environ);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

int worker_spawn(
  const char *const *arguments, const struct worker_limits *limits, struct worker_process *process
) {
  int stream[2], errors[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0) return errno;
  if (pipe2(errors, O_CLOEXEC) != 0) {
    int failure = errno;
    close(stream[0]);
    close(stream[1]);
    return failure;
  }
  int failure = start(arguments, stream[1], errors[1], &process->pid);
  close(stream[1]);
  close(errors[1]);
  if (failure == 0) {
    failure = limit(process->pid, limits);
    if (failure != 0) {
      kill(-process->pid, SIGKILL);
      waitpid(process->pid, NULL, 0);
    }
  }
  if (failure != 0) {
    close(stream[0]);
    close(errors[0]);
    return failure;
  }
  process->stream = stream[0];
  process->errors = errors[0];
  return 0;
}

int worker_become(const char *const *arguments, const struct worker_limits *limits) {
  int failure = limit(0, limits);
  if (failure != 0) return failure;
  execvp(arguments[0], (char *const *)arguments);
  return errno;
}

int worker_limit(const struct worker_limits *limits) { return limit(0, limits); }

ssize_t worker_send(int stream, const void *bytes, size_t count) {
  ssize_t sent;
  do { sent = send(stream, bytes, count, MSG_NOSIGNAL); } while (sent < 0 && errno == EINTR);
  return sent;
}
