/* The face of ngtcp2, GnuTLS and UDP sockets that Swift sees: no type, macro or callback of theirs.

   Nothing here keeps a clock, a thread or a global: every time is an argument, in nanoseconds of a
   monotonic clock. A connection and all its calls belong to one thread. */
#ifndef CQUIC_H
#define CQUIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IP address and a port. `family` is 4 or 6; an IPv4 address fills the first four bytes. */
typedef struct {
  uint8_t bytes[16];
  uint32_t scope;
  uint16_t port;
  uint8_t family;
} cquic_address;

enum {
  CQUIC_CID_LIMIT = 20,
  CQUIC_OWN_CID = 8, /* the length of every connection identifier of ours */
  CQUIC_SECRET = 32,
  CQUIC_TOKEN_LIMIT = 256,
  CQUIC_CLOSE_LIMIT = 256, /* bytes that hold any CONNECTION_CLOSE packet of ours, before padding */
  CQUIC_REASON_LIMIT = 64
};

typedef struct {
  uint8_t bytes[CQUIC_CID_LIMIT];
  uint8_t length;
} cquic_cid;

void cquic_random(uint8_t *bytes, size_t count);
void cquic_random_cid(cquic_cid *cid);

/* Certificate and private key (DER; the key in PKCS#8 or SEC 1), shared by many connections. */
typedef struct cquic_credentials cquic_credentials;
cquic_credentials *cquic_credentials_new(
    const uint8_t *certificate, size_t certificate_count, const uint8_t *key, size_t key_count,
    const char *alpn);
void cquic_credentials_free(cquic_credentials *credentials);

/* What a connection tells while it works. Called from cquic_receive, cquic_expire and cquic_write;
   must not call any function of the connection. */
typedef struct {
  bool (*is_certificate_valid)(void *owner, const uint8_t *der, size_t count);
  void (*handshake_completed)(void *owner);
  void (*handshake_confirmed)(void *owner);
  void (*cid_added)(void *owner, const cquic_cid *cid);
  void (*cid_removed)(void *owner, const cquic_cid *cid);
  void (*stream_opened)(void *owner, int64_t stream);
  /* Returns whether the bytes were kept; what was not is credited to the connection at once. */
  bool (*stream_data)(void *owner, int64_t stream, const uint8_t *bytes, size_t count, bool is_end);
  void (*stream_acknowledged)(void *owner, int64_t stream, uint64_t end_offset);
  void (*stream_reset)(void *owner, int64_t stream, uint64_t code);
  void (*stream_stopped)(void *owner, int64_t stream, uint64_t code);
  void (*stream_unblocked)(void *owner, int64_t stream);
  void (*stream_closed)(void *owner, int64_t stream);
  void (*streams_available)(void *owner);
} cquic_handlers;

typedef struct {
  uint64_t stream_window, connection_window; /* bytes the peer may send ahead of our reading */
  uint64_t stream_limit;                     /* streams the peer may have open */
  uint64_t idle_timeout, keep_alive, handshake_timeout;
  size_t payload_limit; /* bytes of one datagram */
} cquic_settings;

/* The header of a datagram's first packet. */
typedef enum { CQUIC_PACKET, CQUIC_UNKNOWN_VERSION, CQUIC_NONSENSE } cquic_kind;
typedef struct {
  cquic_cid destination, source;
  bool is_long;
} cquic_header;
cquic_kind cquic_decode(const uint8_t *datagram, size_t count, cquic_header *header);

/* The first datagram of a client. */
typedef struct {
  uint32_t version;
  cquic_cid destination, source;
  uint8_t token[CQUIC_TOKEN_LIMIT];
  size_t token_count;
  /* After a Retry: the identifier that the client first sent to. */
  cquic_cid original;
  bool is_retried;
} cquic_initial;
bool cquic_is_initial(const uint8_t *datagram, size_t count, cquic_initial *initial);

/* Answers without a connection; each returns the bytes written, 0 if none. */
size_t cquic_write_versions(uint8_t *out, size_t size, const cquic_header *header);
size_t cquic_write_retry(
    uint8_t *out, size_t size, const cquic_initial *initial, const cquic_address *remote,
    const uint8_t secret[CQUIC_SECRET], uint64_t now);
size_t cquic_write_refusal(uint8_t *out, size_t size, const cquic_initial *initial);
size_t cquic_write_reset(
    uint8_t *out, size_t size, const cquic_cid *destination, const uint8_t secret[CQUIC_SECRET]);

/* Whether the token is one of our Retry packets to this address, younger than `lifetime`. */
bool cquic_verify_retry(
    cquic_initial *initial, const cquic_address *remote, const uint8_t secret[CQUIC_SECRET],
    uint64_t lifetime, uint64_t now);

typedef struct cquic_connection cquic_connection;

/* `initial` is NULL for a client. `cid` becomes the connection's own first identifier. */
cquic_connection *cquic_connection_new(
    const cquic_credentials *credentials, const cquic_settings *settings,
    const cquic_handlers *handlers, void *owner, const uint8_t secret[CQUIC_SECRET],
    const cquic_address *local, const cquic_address *remote, const cquic_initial *initial,
    const cquic_cid *cid, uint64_t now);
/* Calls no handler. */
void cquic_connection_free(cquic_connection *connection);

/* 0, or an error for cquic_fail. */
int cquic_receive(
    cquic_connection *connection, const cquic_address *remote, const uint8_t *datagram,
    size_t count, uint64_t now);
int cquic_expire(cquic_connection *connection, uint64_t now);
uint64_t cquic_expiry(const cquic_connection *connection); /* UINT64_MAX: never */

/* A piece of a stream. It must stay where it is until stream_acknowledged or the connection's end. */
typedef struct {
  uint8_t *bytes;
  size_t count;
} cquic_part;

typedef enum {
  CQUIC_WRITTEN,        /* a datagram is finished, or nothing can be sent now (0 bytes) */
  CQUIC_WRITE_MORE,     /* the datagram has room: call again, at last with stream -1 */
  CQUIC_STREAM_BLOCKED, /* until stream_unblocked */
  CQUIC_STREAM_GONE,
  CQUIC_WRITE_FAILED
} cquic_write_outcome;
typedef struct {
  cquic_write_outcome outcome;
  size_t count;    /* bytes of the datagram */
  size_t accepted; /* bytes taken from the stream */
  bool is_end_accepted;
  int error;
} cquic_written;
cquic_written cquic_write(
    cquic_connection *connection, uint8_t *out, size_t size, int64_t stream,
    const cquic_part *parts, size_t part_count, bool is_end, uint64_t now);
size_t cquic_payload(const cquic_connection *connection); /* bytes of a full datagram now */
cquic_address cquic_destination(const cquic_connection *connection); /* of the last write */
void cquic_written_at(cquic_connection *connection, uint64_t now); /* after each round of writes */

int64_t cquic_open_stream(cquic_connection *connection); /* -1: the peer allows no more now */
void cquic_reset_stream(cquic_connection *connection, int64_t stream, uint64_t code);
void cquic_stop_reading(cquic_connection *connection, int64_t stream, uint64_t code);
void cquic_credit_stream(cquic_connection *connection, int64_t stream, uint64_t count);
void cquic_credit_connection(cquic_connection *connection, uint64_t count);
uint64_t cquic_round_trip(const cquic_connection *connection); /* nanoseconds, smoothed; 0 unknown */

/* Why a connection ended. */
typedef enum {
  CQUIC_CLOSED_BY_PEER_APPLICATION,
  CQUIC_CLOSED_BY_PEER_TRANSPORT,
  CQUIC_STATELESS_RESET,
  CQUIC_IDLE,
  CQUIC_HANDSHAKE_TIMEOUT,
  CQUIC_TLS_ALERT,
  CQUIC_VERSION_REFUSED,
  CQUIC_PROTOCOL_ERROR
} cquic_ending_kind;
typedef struct {
  cquic_ending_kind kind;
  uint64_t code;
  char reason[CQUIC_REASON_LIMIT]; /* ends with 0 */
} cquic_ending;

/* Ends a connection after `error`, or by our wish; both return the bytes of the packet to send. */
size_t cquic_fail(
    cquic_connection *connection, int error, uint64_t now, uint8_t *out, size_t size,
    cquic_ending *ending);
size_t cquic_close(
    cquic_connection *connection, uint64_t code, uint64_t now, uint8_t *out, size_t size);

/* A UDP socket that does not block, or -errno. IPv6 sockets take IPv6 only. */
int cquic_socket_open(const cquic_address *local, size_t buffer_bytes);
void cquic_socket_close(int socket);
bool cquic_socket_address(int socket, cquic_address *local);
/* Sends `count` bytes as datagrams of `segment` bytes, the last may be shorter.
   Returns 0, or errno; EAGAIN: nothing was sent. */
int cquic_socket_send(
    int socket, const cquic_address *remote, const uint8_t *bytes, size_t count, size_t segment);
enum { CQUIC_RECEIVE_BATCH = 8, CQUIC_RECEIVE_BYTES = 65536 };
typedef struct {
  cquic_address remote;
  size_t count, segment; /* `count` bytes in datagrams of `segment` bytes, the last may be shorter */
} cquic_received;
/* Fills up to CQUIC_RECEIVE_BATCH pieces of `buffer`, each CQUIC_RECEIVE_BYTES long; returns how many. */
int cquic_socket_receive(int socket, uint8_t *buffer, cquic_received *received);
/* Waits for any of the sockets to be readable, at most `nanoseconds` (UINT64_MAX: for ever). */
void cquic_socket_wait(const int *sockets, size_t count, uint64_t nanoseconds);
int cquic_waker_open(void); /* a descriptor for cquic_socket_wait, woken from any thread */
void cquic_waker_wake(int waker);
void cquic_waker_clear(int waker);
uint64_t cquic_now(void); /* CLOCK_MONOTONIC */
void cquic_name_thread(const char *name); /* this one; at most 15 characters */

#endif
