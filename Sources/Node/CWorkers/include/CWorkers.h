#pragma once

#include "CProverLibrary.h"

#include <stdint.h>
#include <sys/types.h>

/// What the system lets a worker use; zero leaves a limit out.
struct worker_limits {
  /// Bytes of address space.
  uint64_t memory_bytes;
  /// A bit for each of the first 64 processors that it may run on.
  uint64_t processors;
  /// Added to the niceness of this process.
  int32_t niceness;
};

/// A program that was started, with our ends of its streams.
struct worker_process {
  pid_t pid;
  /// A socket that is both its input and its output.
  int stream;
  /// What it writes to its error stream.
  int errors;
};

/// Starts `arguments[0]`, which is looked up in PATH, as the leader of a process group of its own.
///
/// The worker inherits no other descriptor. Limits are in force before the caller sends anything,
/// so a worker that waits for its first request never runs without them.
/// Returns 0, or the error number of the step that failed; then nothing is left behind.
int worker_spawn(
  const char *const *arguments, const struct worker_limits *limits, struct worker_process *process);

/// Becomes `arguments[0]` within the limits; returns the error number of the step that failed.
int worker_become(const char *const *arguments, const struct worker_limits *limits);

/// Puts this process under limits; returns the error number of the step that failed, or 0.
int worker_limit(const struct worker_limits *limits);

/// Sends at most `count` bytes without raising SIGPIPE; waits while the worker does not read.
/// Returns the number that were sent, or -1 when the worker is gone.
ssize_t worker_send(int stream, const void *bytes, size_t count);
