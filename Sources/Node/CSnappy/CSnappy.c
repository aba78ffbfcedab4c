#include "CSnappy.h"

#include <string.h>

uint32_t csnappy_crc32c_portable(const uint8_t *bytes, size_t count) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & -(crc & 1));
  }
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define WITH_CRC __attribute__((target("sse4.2")))
#define CRC_OF_8(crc, word) _mm_crc32_u64(crc, word)
#define CRC_OF_1(crc, byte) _mm_crc32_u8((uint32_t)(crc), byte)
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define WITH_CRC
#define CRC_OF_8(crc, word) __crc32cd((uint32_t)(crc), word)
#define CRC_OF_1(crc, byte) __crc32cb((uint32_t)(crc), byte)
#endif

#ifdef WITH_CRC
WITH_CRC static uint32_t crc32c_by_instruction(const uint8_t *bytes, size_t count) {
  uint64_t crc = ~0u;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    crc = CRC_OF_8(crc, word);
  }
  for (; count > 0; bytes++, count--) crc = CRC_OF_1(crc, *bytes);
  return ~(uint32_t)crc;
}
#endif

uint32_t csnappy_crc32c(const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(bytes, count);
#elif defined(WITH_CRC)
  return crc32c_by_instruction(bytes, count);
#endif
  return csnappy_crc32c_portable(bytes, count);
}
