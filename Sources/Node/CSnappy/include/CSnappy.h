// What the snappy formats need: Debian's libsnappy for blocks, CRC32C for frames.

#ifndef CSNAPPY_H
#define CSNAPPY_H

#include <snappy-c.h>
#include <stddef.h>
#include <stdint.h>

/// The CRC32C (Castagnoli) of `count` bytes, by the processor's instruction where it has one.
uint32_t csnappy_crc32c(const uint8_t *bytes, size_t count);

/// The same bit by bit: for processors without the instruction, and to test it against.
uint32_t csnappy_crc32c_portable(const uint8_t *bytes, size_t count);

#endif
