// ECDSA over secp256k1 by Debian's libsecp256k1, without its contexts and opaque structures.
//
// Every signature that comes in may have either S; every one that goes out has the low S.

#ifndef CSECP256K1_H
#define CSECP256K1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSECP256K1_DER_LIMIT 72

/// Derives the compressed public key; false when the secret is zero or not below the group order.
bool csecp256k1_public_key(const uint8_t secret[32], uint8_t key[33]);

/// Writes the uncompressed point of a compressed key: x, then y; false when it is not on the curve.
bool csecp256k1_point(const uint8_t key[33], uint8_t point[64]);

/// Signs a digest with the nonce of RFC 6979: r, then s.
bool csecp256k1_sign(const uint8_t secret[32], const uint8_t digest[32], uint8_t signature[64]);

/// Whether r and s sign the digest.
bool csecp256k1_is_valid(
    const uint8_t key[33], const uint8_t digest[32], const uint8_t signature[64]);

/// Writes a signature as DER, at most `CSECP256K1_DER_LIMIT` bytes, and gives their number.
size_t csecp256k1_to_der(const uint8_t signature[64], uint8_t *der);

/// Reads a strict DER signature; false when it is none.
bool csecp256k1_from_der(const uint8_t *der, size_t count, uint8_t signature[64]);

#endif
