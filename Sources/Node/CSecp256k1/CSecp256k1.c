#include "CSecp256k1.h"

#include <secp256k1.h>

// Contexts of their own for secrets: the shared static one cannot multiply by them.
static secp256k1_context *secret_context(void) {
  return secp256k1_context_create(SECP256K1_CONTEXT_NONE);
}

bool csecp256k1_public_key(const uint8_t secret[32], uint8_t key[33]) {
  secp256k1_context *context = secret_context();
  secp256k1_pubkey point;
  size_t count = 33;
  const bool made = secp256k1_ec_pubkey_create(context, &point, secret) == 1;
  if (made) {
    secp256k1_ec_pubkey_serialize(context, key, &count, &point, SECP256K1_EC_COMPRESSED);
  }
  secp256k1_context_destroy(context);
  return made;
}

bool csecp256k1_point(const uint8_t key[33], uint8_t point[64]) {
  secp256k1_pubkey parsed;
  uint8_t prefixed[65];
  size_t count = sizeof prefixed;
  if (secp256k1_ec_pubkey_parse(secp256k1_context_static, &parsed, key, 33) != 1) return false;
  secp256k1_ec_pubkey_serialize(
      secp256k1_context_static, prefixed, &count, &parsed, SECP256K1_EC_UNCOMPRESSED);
  for (int i = 0; i < 64; i++) point[i] = prefixed[i + 1];
  return true;
}

bool csecp256k1_sign(const uint8_t secret[32], const uint8_t digest[32], uint8_t signature[64]) {
  secp256k1_context *context = secret_context();
  secp256k1_ecdsa_signature made;
  const bool signed_it = secp256k1_ecdsa_sign(context, &made, digest, secret, NULL, NULL) == 1;
  if (signed_it) secp256k1_ecdsa_signature_serialize_compact(context, signature, &made);
  secp256k1_context_destroy(context);
  return signed_it;
}

bool csecp256k1_is_valid(
    const uint8_t key[33], const uint8_t digest[32], const uint8_t signature[64]) {
  const secp256k1_context *context = secp256k1_context_static;
  secp256k1_pubkey parsed_key;
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ec_pubkey_parse(context, &parsed_key, key, 33) != 1) return false;
  if (secp256k1_ecdsa_signature_parse_compact(context, &parsed, signature) != 1) return false;
  // OpenSSL, and so leanSpec's peers, sign with the high S half of the time.
  secp256k1_ecdsa_signature_normalize(context, &parsed, &parsed);
  return secp256k1_ecdsa_verify(context, &parsed, digest, &parsed_key) == 1;
}

size_t csecp256k1_to_der(const uint8_t signature[64], uint8_t *der) {
  secp256k1_ecdsa_signature parsed;
  size_t count = CSECP256K1_DER_LIMIT;
  const secp256k1_context *context = secp256k1_context_static;
  if (secp256k1_ecdsa_signature_parse_compact(context, &parsed, signature) != 1) return 0;
  if (secp256k1_ecdsa_signature_serialize_der(context, der, &count, &parsed) != 1) return 0;
  return count;
}

bool csecp256k1_from_der(const uint8_t *der, size_t count, uint8_t signature[64]) {
  secp256k1_ecdsa_signature parsed;
  const secp256k1_context *context = secp256k1_context_static;
  if (secp256k1_ecdsa_signature_parse_der(context, &parsed, der, count) != 1) return false;
  return secp256k1_ecdsa_signature_serialize_compact(context, signature, &parsed) == 1;
}
