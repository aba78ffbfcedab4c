/* What a thread waits in when a Swift `Mutex` is taken, for builds under the thread sanitizer.

   The library's own waits in the kernel, where the sanitizer does not see that the lock changes
   hands: it then reports everything that the lock protects as a race. This one is linked in its
   place and waits in sight. */
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

__attribute__((swiftcall)) void wait_for_mutex(
    uint32_t thread, __attribute__((swift_context)) _Atomic uint32_t *owner)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");

__attribute__((swiftcall)) void wait_for_mutex(
    uint32_t thread, __attribute__((swift_context)) _Atomic uint32_t *owner) {
  uint32_t nobody = 0;
  while (!atomic_compare_exchange_weak_explicit(
      owner, &nobody, thread, memory_order_acquire, memory_order_relaxed)) {
    nobody = 0;
    sched_yield();
  }
}
