/* Nettle is the hash library below GnuTLS; its SHA-256 uses SHA-NI where the CPU has it. */
#include <nettle/sha2.h>
#include <nettle/sha3.h>
