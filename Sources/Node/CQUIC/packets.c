/* Packets without a connection: routing, version negotiation, Retry, refusal, stateless reset. */
#include "internal.h"

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

static ngtcp2_cid to_ngtcp2(const cquic_cid *cid) {
  ngtcp2_cid out;
  ngtcp2_cid_init(&out, cid->bytes, cid->length);
  return out;
}

static void from_bytes(cquic_cid *cid, const uint8_t *bytes, size_t length) {
  memset(cid, 0, sizeof *cid);
  cid->length = (uint8_t)length;
  if (length > 0) memcpy(cid->bytes, bytes, length); /* an absent identifier has no address */
}

cquic_kind cquic_decode(const uint8_t *datagram, size_t count, cquic_header *header) {
  ngtcp2_version_cid decoded;
  int outcome = ngtcp2_pkt_decode_version_cid(&decoded, datagram, count, CQUIC_OWN_CID);
  if (outcome != 0 && outcome != NGTCP2_ERR_VERSION_NEGOTIATION) return CQUIC_NONSENSE;
  /* Identifiers of unknown versions may be longer than any of ours can be. */
  if (decoded.dcidlen > CQUIC_CID_LIMIT || decoded.scidlen > CQUIC_CID_LIMIT)
    return CQUIC_NONSENSE;
  from_bytes(&header->destination, decoded.dcid, decoded.dcidlen);
  header->is_long = (datagram[0] & 0x80) != 0;
  from_bytes(&header->source, decoded.scid, header->is_long ? decoded.scidlen : 0);
  /* ngtcp2 also knows version 2, which no client of this network speaks. */
  bool is_other = header->is_long && decoded.version != NGTCP2_PROTO_VER_V1;
  if (is_other && decoded.version == 0) return CQUIC_PACKET; /* a Version Negotiation packet */
  return outcome != 0 || is_other ? CQUIC_UNKNOWN_VERSION : CQUIC_PACKET;
}

bool cquic_is_initial(const uint8_t *datagram, size_t count, cquic_initial *initial) {
  ngtcp2_pkt_hd header;
  if (ngtcp2_accept(&header, datagram, count) != 0) return false;
  memset(initial, 0, sizeof *initial);
  initial->version = header.version;
  from_bytes(&initial->destination, header.dcid.data, header.dcid.datalen);
  from_bytes(&initial->source, header.scid.data, header.scid.datalen);
  /* A longer token is none of ours. */
  if (header.token.len <= CQUIC_TOKEN_LIMIT && header.token.len > 0) {
    memcpy(initial->token, header.token.base, header.token.len);
    initial->token_count = header.token.len;
  }
  return true;
}

size_t cquic_write_versions(uint8_t *out, size_t size, const cquic_header *header) {
  /* The second one is reserved, to keep clients from depending on a list of one. */
  uint32_t versions[] = {NGTCP2_PROTO_VER_V1, 0x1a2a3a4a};
  uint8_t unused;
  cquic_random(&unused, 1);
  ngtcp2_ssize count = ngtcp2_pkt_write_version_negotiation(
      out, size, unused, header->source.bytes, header->source.length, header->destination.bytes,
      header->destination.length, versions, 2);
  return count > 0 ? (size_t)count : 0;
}

size_t cquic_write_retry(
    uint8_t *out, size_t size, const cquic_initial *initial, const cquic_address *remote,
    const uint8_t secret[CQUIC_SECRET], uint64_t now) {
  cquic_cid fresh;
  cquic_random_cid(&fresh);
  ngtcp2_cid retry = to_ngtcp2(&fresh);
  ngtcp2_cid source = to_ngtcp2(&initial->source);
  ngtcp2_cid original = to_ngtcp2(&initial->destination);
  cquic_sockaddr there;
  socklen_t there_length = cquic_to_sockaddr(remote, &there);
  uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
  ngtcp2_ssize token_count = ngtcp2_crypto_generate_retry_token(
      token, secret, CQUIC_SECRET, initial->version, &there.any, there_length, &retry, &original,
      now);
  if (token_count < 0) return 0;
  ngtcp2_ssize count = ngtcp2_crypto_write_retry(
      out, size, initial->version, &source, &retry, &original, token, (size_t)token_count);
  return count > 0 ? (size_t)count : 0;
}

bool cquic_verify_retry(
    cquic_initial *initial, const cquic_address *remote, const uint8_t secret[CQUIC_SECRET],
    uint64_t lifetime, uint64_t now) {
  cquic_sockaddr there;
  socklen_t there_length = cquic_to_sockaddr(remote, &there);
  ngtcp2_cid destination = to_ngtcp2(&initial->destination);
  ngtcp2_cid original;
  if (initial->token_count == 0 || initial->token[0] != NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY)
    return false;
  if (ngtcp2_crypto_verify_retry_token(
          &original, initial->token, initial->token_count, secret, CQUIC_SECRET,
          initial->version, &there.any, there_length, &destination, lifetime, now) != 0)
    return false;
  from_bytes(&initial->original, original.data, original.datalen);
  initial->is_retried = true;
  return true;
}

size_t cquic_write_refusal(uint8_t *out, size_t size, const cquic_initial *initial) {
  ngtcp2_cid source = to_ngtcp2(&initial->source);
  ngtcp2_cid destination = to_ngtcp2(&initial->destination);
  ngtcp2_ssize count = ngtcp2_crypto_write_connection_close(
      out, size, initial->version, &source, &destination, NGTCP2_CONNECTION_REFUSED, NULL, 0);
  return count > 0 ? (size_t)count : 0;
}

size_t cquic_write_reset(
    uint8_t *out, size_t size, const cquic_cid *destination, const uint8_t secret[CQUIC_SECRET]) {
  uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
  uint8_t noise[64];
  ngtcp2_cid cid = to_ngtcp2(destination);
  if (ngtcp2_crypto_generate_stateless_reset_token(token, secret, CQUIC_SECRET, &cid) != 0)
    return 0;
  cquic_random(noise, sizeof noise);
  /* As much noise as there is room for: a shorter one is not taken for a packet at all. */
  ngtcp2_ssize count =
      ngtcp2_pkt_write_stateless_reset(out, size, token, noise, sizeof noise);
  return count > 0 ? (size_t)count : 0;
}
