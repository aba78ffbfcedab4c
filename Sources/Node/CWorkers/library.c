#include "CProverLibrary.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// The place of a function in the library's table, and its name.
struct entry {
  size_t place;
  const char *name;
};

#define ENTRY(field, name) {offsetof(struct prover_library, field), name}

// An arena would take gigabytes and never give them back, and forbids two proofs at once.
static const struct entry entries[] = {
  ENTRY(setup_prover, "pq_xmss_aggregation_setup_prover_without_arena"),
  ENTRY(setup_verifier, "pq_xmss_aggregation_setup_verifier"),
  ENTRY(take_last_error_message, "pq_take_last_error_message"),
  ENTRY(string_free, "pq_string_free"),
  ENTRY(get_signature_size, "pq_get_signature_size"),
  ENTRY(get_public_key_size, "pq_get_public_key_size"),
  ENTRY(key_gen, "pq_key_gen"),
  ENTRY(sign, "pq_sign"),
  ENTRY(verify, "pq_verify"),
  ENTRY(public_key_serialize, "pq_public_key_serialize"),
  ENTRY(public_key_deserialize, "pq_public_key_deserialize"),
  ENTRY(signature_serialize, "pq_signature_serialize"),
  ENTRY(signature_deserialize, "pq_signature_deserialize"),
  ENTRY(secret_key_free, "pq_secret_key_free"),
  ENTRY(public_key_free, "pq_public_key_free"),
  ENTRY(signature_free, "pq_signature_free"),
  ENTRY(aggregate_signatures_recursive, "pq_aggregate_signatures_recursive"),
  ENTRY(verify_aggregated_signatures, "pq_verify_aggregated_signatures"),
  ENTRY(merge_many_type_1, "pq_merge_many_type_1"),
  ENTRY(verify_type_2_with_messages, "pq_verify_type_2_with_messages"),
  ENTRY(split_type_2_by_message, "pq_split_type_2_by_message"),
};

int prover_library_open(
  const char *path, struct prover_library *library, char *problem, size_t capacity
) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    snprintf(problem, capacity, "%s", dlerror());
    return -1;
  }
  size_t length = 0;
  problem[0] = 0;
  for (size_t index = 0; index < sizeof entries / sizeof *entries; index++) {
    void *symbol = dlsym(handle, entries[index].name);
    memcpy((char *)library + entries[index].place, &symbol, sizeof symbol);
    if (symbol == NULL && length + 1 < capacity) {
      int count = snprintf(
        problem + length, capacity - length, "%s%s", length == 0 ? "it has no " : ", ",
        entries[index].name);
      length += count > 0 ? (size_t)count : 0;
    }
  }
  // What was loaded stays: such libraries leave threads behind when they are closed.
  return problem[0] == 0 ? 0 : -1;
}
