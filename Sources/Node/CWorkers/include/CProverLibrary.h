#pragma once

#include <stddef.h>
#include <stdint.h>

// The C interface of provers that come as a shared library, with the names and types of
// libleanvm_xmss_c: handles are opaque, buffers are the caller's, 0 is success.

/// A single-message proof with the keys that it is about.
struct pq_child {
  const void *const *keys;
  uintptr_t key_count;
  const uint8_t *proof;
  uintptr_t proof_count;
};

/// A signature with its key.
struct pq_signed {
  const void *key;
  const void *signature;
};

/// The keys of one message of a multi-message proof.
struct pq_component {
  const void *const *keys;
  uintptr_t key_count;
};

/// What they signed, and with which leaves.
struct pq_binding {
  const uint8_t *message;
  uintptr_t message_count;
  uint64_t epoch;
};

/// A library that was loaded, all of what is needed of it; a process loads one and keeps it.
struct prover_library {
  void (*setup_prover)(void);
  void (*setup_verifier)(void);
  char *(*take_last_error_message)(void);
  void (*string_free)(char *);
  uintptr_t (*get_signature_size)(void);
  uintptr_t (*get_public_key_size)(void);
  int (*key_gen)(uintptr_t first, uintptr_t count, void **key, void **secret);
  int (*sign)(const void *secret, uint64_t epoch, const uint8_t *, uintptr_t, void **signature);
  int (*verify)(const void *key, uint64_t epoch, const uint8_t *, uintptr_t, const void *signature);
  int (*public_key_serialize)(const void *, uint8_t *, uintptr_t, uintptr_t *written);
  int (*public_key_deserialize)(const uint8_t *, uintptr_t, void **);
  int (*signature_serialize)(const void *, uint8_t *, uintptr_t, uintptr_t *written);
  int (*signature_deserialize)(const uint8_t *, uintptr_t, void **);
  void (*secret_key_free)(void *);
  void (*public_key_free)(void *);
  void (*signature_free)(void *);
  int (*aggregate_signatures_recursive)(
    const struct pq_child *, uintptr_t, const struct pq_signed *, uintptr_t, const uint8_t *message,
    uintptr_t, uint64_t epoch, uintptr_t rate, uint8_t *, uintptr_t, uintptr_t *written);
  int (*verify_aggregated_signatures)(
    const void *const *keys, uintptr_t, const uint8_t *message, uintptr_t, const uint8_t *proof,
    uintptr_t, uint64_t epoch);
  int (*merge_many_type_1)(
    const struct pq_child *, uintptr_t, uintptr_t rate, uint8_t *, uintptr_t, uintptr_t *written);
  int (*verify_type_2_with_messages)(
    const struct pq_component *, uintptr_t, const struct pq_binding *, uintptr_t,
    const uint8_t *proof, uintptr_t);
  int (*split_type_2_by_message)(
    const struct pq_component *, uintptr_t, const uint8_t *proof, uintptr_t, const uint8_t *message,
    uintptr_t, uintptr_t rate, uint8_t *, uintptr_t, uintptr_t *written);
};

/// Loads a library and finds everything in it.
///
/// Returns 0, or -1 with a line in `problem` that says what the loader refused or what is missing.
int prover_library_open(
  const char *path, struct prover_library *library, char *problem, size_t capacity);
