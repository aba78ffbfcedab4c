/* Connections: every call of ngtcp2 and GnuTLS that has to do with one. */
#include "internal.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <stdlib.h>

_Static_assert(sizeof(cquic_part) == sizeof(ngtcp2_vec), "a part is passed on as it is");
_Static_assert(CQUIC_CID_LIMIT == NGTCP2_MAX_CIDLEN, "identifiers of every peer fit");
_Static_assert(
    CQUIC_TOKEN_LIMIT >= NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN, "a token of ours fits");

/* QUIC forbids the compatibility mode of TLS 1.3; CCM_8 is too weak for it. */
static const char priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE";

enum { ALERT_BAD_CERTIFICATE = 42, ALERT_CERTIFICATE_REQUIRED = 116, ALERT_NO_ALPN = 120 };

struct cquic_credentials {
  gnutls_certificate_credentials_t certificate;
  gnutls_priority_t priorities;
  char alpn[32];
};

struct cquic_connection {
  ngtcp2_conn *conn;
  gnutls_session_t session;
  ngtcp2_crypto_conn_ref reference;
  cquic_handlers handlers;
  void *owner;
  cquic_sockaddr local;
  socklen_t local_length;
  ngtcp2_path_storage destination; /* points into itself */
  uint8_t secret[CQUIC_SECRET];
  uint8_t alert; /* what our own checks refuse the handshake with, 0 if nothing */
  bool has_certificate, is_reset, is_ending;
};

static ngtcp2_cid to_ngtcp2(const cquic_cid *cid) {
  ngtcp2_cid out;
  ngtcp2_cid_init(&out, cid->bytes, cid->length);
  return out;
}

static cquic_cid from_ngtcp2(const uint8_t *bytes, size_t length) {
  cquic_cid out = {.length = (uint8_t)length};
  if (length > 0) memcpy(out.bytes, bytes, length);
  return out;
}

void cquic_random(uint8_t *bytes, size_t count) {
  if (gnutls_rnd(GNUTLS_RND_RANDOM, bytes, count) != 0) abort(); /* no entropy: nothing is safe */
}

void cquic_random_cid(cquic_cid *cid) {
  memset(cid, 0, sizeof *cid);
  cid->length = CQUIC_OWN_CID;
  cquic_random(cid->bytes, cid->length);
}

/* Credentials */

cquic_credentials *cquic_credentials_new(
    const uint8_t *certificate, size_t certificate_count, const uint8_t *key, size_t key_count,
    const char *alpn) {
  cquic_credentials *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  gnutls_x509_privkey_t private_key = NULL;
  gnutls_x509_crt_t crt = NULL;
  gnutls_datum_t certificate_datum = {(unsigned char *)certificate, (unsigned)certificate_count};
  gnutls_datum_t key_datum = {(unsigned char *)key, (unsigned)key_count};
  bool ok = strlen(alpn) < sizeof made->alpn &&
            gnutls_certificate_allocate_credentials(&made->certificate) == 0 &&
            gnutls_priority_init(&made->priorities, priorities, NULL) == 0 &&
            gnutls_x509_privkey_init(&private_key) == 0 && gnutls_x509_crt_init(&crt) == 0 &&
            gnutls_x509_privkey_import2(
                private_key, &key_datum, GNUTLS_X509_FMT_DER, NULL, 0) == 0 &&
            gnutls_x509_crt_import(crt, &certificate_datum, GNUTLS_X509_FMT_DER) == 0 &&
            gnutls_certificate_set_x509_key(made->certificate, &crt, 1, private_key) == 0;
  if (crt) gnutls_x509_crt_deinit(crt);
  if (private_key) gnutls_x509_privkey_deinit(private_key);
  if (!ok) {
    cquic_credentials_free(made);
    return NULL;
  }
  strcpy(made->alpn, alpn);
  return made;
}

void cquic_credentials_free(cquic_credentials *credentials) {
  if (credentials->certificate) gnutls_certificate_free_credentials(credentials->certificate);
  if (credentials->priorities) gnutls_priority_deinit(credentials->priorities);
  free(credentials);
}

/* Callbacks of ngtcp2 */

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *reference) {
  return ((cquic_connection *)reference->user_data)->conn;
}

static void on_rand(uint8_t *bytes, size_t count, const ngtcp2_rand_ctx *context) {
  (void)context;
  cquic_random(bytes, count);
}

static int on_new_cid(
    ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t length, void *user) {
  (void)conn;
  cquic_connection *self = user;
  cquic_random(cid->data, length);
  cid->datalen = length;
  if (ngtcp2_crypto_generate_stateless_reset_token(token, self->secret, CQUIC_SECRET, cid) != 0)
    return NGTCP2_ERR_CALLBACK_FAILURE;
  cquic_cid added = from_ngtcp2(cid->data, cid->datalen);
  self->handlers.cid_added(self->owner, &added);
  return 0;
}

static int on_remove_cid(ngtcp2_conn *conn, const ngtcp2_cid *cid, void *user) {
  (void)conn;
  cquic_connection *self = user;
  cquic_cid removed = from_ngtcp2(cid->data, cid->datalen);
  self->handlers.cid_removed(self->owner, &removed);
  return 0;
}

static int on_handshake_completed(ngtcp2_conn *conn, void *user) {
  (void)conn;
  cquic_connection *self = user;
  gnutls_datum_t chosen;
  /* GNUTLS_ALPN_MANDATORY does not notice a peer that offers none at all. */
  if (gnutls_alpn_get_selected_protocol(self->session, &chosen) < 0) {
    self->alert = ALERT_NO_ALPN;
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  if (!self->has_certificate) {
    self->alert = ALERT_CERTIFICATE_REQUIRED;
    return NGTCP2_ERR_CALLBACK_FAILURE;
  }
  self->handlers.handshake_completed(self->owner);
  return 0;
}

static int on_handshake_confirmed(ngtcp2_conn *conn, void *user) {
  (void)conn;
  cquic_connection *self = user;
  self->handlers.handshake_confirmed(self->owner);
  return 0;
}

static int on_stream_open(ngtcp2_conn *conn, int64_t stream, void *user) {
  (void)conn;
  cquic_connection *self = user;
  self->handlers.stream_opened(self->owner, stream);
  return 0;
}

static int on_stream_data(
    ngtcp2_conn *conn, uint32_t flags, int64_t stream, uint64_t offset, const uint8_t *data,
    size_t count, void *user, void *stream_user) {
  (void)offset;
  (void)stream_user;
  cquic_connection *self = user;
  bool is_end = flags & NGTCP2_STREAM_DATA_FLAG_FIN;
  if (!self->handlers.stream_data(self->owner, stream, data, count, is_end))
    ngtcp2_conn_extend_max_offset(conn, count);
  return 0;
}

static int on_acknowledged(
    ngtcp2_conn *conn, int64_t stream, uint64_t offset, uint64_t count, void *user,
    void *stream_user) {
  (void)conn;
  (void)stream_user;
  cquic_connection *self = user;
  self->handlers.stream_acknowledged(self->owner, stream, offset + count);
  return 0;
}

static int on_stream_close(
    ngtcp2_conn *conn, uint32_t flags, int64_t stream, uint64_t code, void *user,
    void *stream_user) {
  (void)flags;
  (void)code;
  (void)stream_user;
  cquic_connection *self = user;
  /* Without it the peer could open no stream any more after the first `stream_limit`. */
  if (!ngtcp2_conn_is_local_stream(conn, stream)) ngtcp2_conn_extend_max_streams_bidi(conn, 1);
  self->handlers.stream_closed(self->owner, stream);
  return 0;
}

static int on_stream_reset(
    ngtcp2_conn *conn, int64_t stream, uint64_t final_size, uint64_t code, void *user,
    void *stream_user) {
  (void)conn;
  (void)final_size;
  (void)stream_user;
  cquic_connection *self = user;
  self->handlers.stream_reset(self->owner, stream, code);
  return 0;
}

static int on_stop_sending(
    ngtcp2_conn *conn, int64_t stream, uint64_t code, void *user, void *stream_user) {
  (void)conn;
  (void)stream_user;
  cquic_connection *self = user;
  self->handlers.stream_stopped(self->owner, stream, code);
  return 0;
}

static int on_stream_credit(
    ngtcp2_conn *conn, int64_t stream, uint64_t limit, void *user, void *stream_user) {
  (void)conn;
  (void)limit;
  (void)stream_user;
  cquic_connection *self = user;
  self->handlers.stream_unblocked(self->owner, stream);
  return 0;
}

static int on_streams_available(ngtcp2_conn *conn, uint64_t limit, void *user) {
  (void)conn;
  (void)limit;
  cquic_connection *self = user;
  self->handlers.streams_available(self->owner);
  return 0;
}

static int on_stateless_reset(
    ngtcp2_conn *conn, const ngtcp2_pkt_stateless_reset *reset, void *user) {
  (void)conn;
  (void)reset;
  ((cquic_connection *)user)->is_reset = true;
  return 0;
}

static int verify_peer(gnutls_session_t session) {
  ngtcp2_crypto_conn_ref *reference = gnutls_session_get_ptr(session);
  cquic_connection *self = reference->user_data;
  unsigned count = 0;
  const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &count);
  self->has_certificate =
      list && count == 1 &&
      self->handlers.is_certificate_valid(self->owner, list[0].data, list[0].size);
  if (self->has_certificate) return 0;
  self->alert = list ? ALERT_BAD_CERTIFICATE : ALERT_CERTIFICATE_REQUIRED;
  return GNUTLS_E_CERTIFICATE_ERROR;
}

static void fill_callbacks(ngtcp2_callbacks *callbacks, bool is_server) {
  memset(callbacks, 0, sizeof *callbacks);
  if (is_server) {
    callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
  } else {
    callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
    callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  }
  callbacks->recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  callbacks->encrypt = ngtcp2_crypto_encrypt_cb;
  callbacks->decrypt = ngtcp2_crypto_decrypt_cb;
  callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
  callbacks->update_key = ngtcp2_crypto_update_key_cb;
  callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  callbacks->delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
  callbacks->get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb;
  callbacks->version_negotiation = ngtcp2_crypto_version_negotiation_cb;
  callbacks->rand = on_rand;
  callbacks->get_new_connection_id = on_new_cid;
  callbacks->remove_connection_id = on_remove_cid;
  callbacks->handshake_completed = on_handshake_completed;
  callbacks->handshake_confirmed = on_handshake_confirmed;
  callbacks->stream_open = on_stream_open;
  callbacks->recv_stream_data = on_stream_data;
  callbacks->acked_stream_data_offset = on_acknowledged;
  callbacks->stream_close = on_stream_close;
  callbacks->stream_reset = on_stream_reset;
  callbacks->stream_stop_sending = on_stop_sending;
  callbacks->extend_max_stream_data = on_stream_credit;
  callbacks->extend_max_local_streams_bidi = on_streams_available;
  callbacks->recv_stateless_reset = on_stateless_reset;
}

/* Making and ending */

static bool set_up_tls(
    cquic_connection *self, const cquic_credentials *credentials, bool is_server) {
  /* FORCE_CLIENT_CERT: answer a request for a certificate whatever list of issuers it names.
     NO_TICKETS: libp2p resumes no session. */
  unsigned flags = is_server ? GNUTLS_SERVER | GNUTLS_NO_TICKETS
                             : GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT | GNUTLS_NO_TICKETS;
  gnutls_datum_t alpn = {
      (unsigned char *)credentials->alpn, (unsigned)strlen(credentials->alpn)};
  if (gnutls_init(&self->session, flags) != 0) return false;
  if (gnutls_priority_set(self->session, credentials->priorities) != 0) return false;
  int configured = is_server ? ngtcp2_crypto_gnutls_configure_server_session(self->session)
                             : ngtcp2_crypto_gnutls_configure_client_session(self->session);
  if (configured != 0) return false;
  gnutls_session_set_ptr(self->session, &self->reference);
  if (gnutls_credentials_set(
          self->session, GNUTLS_CRD_CERTIFICATE, credentials->certificate) != 0)
    return false;
  if (gnutls_alpn_set_protocols(self->session, &alpn, 1, GNUTLS_ALPN_MANDATORY) != 0)
    return false;
  if (is_server) gnutls_certificate_server_set_request(self->session, GNUTLS_CERT_REQUIRE);
  gnutls_session_set_verify_function(self->session, verify_peer);
  ngtcp2_conn_set_tls_native_handle(self->conn, self->session);
  return true;
}

static void fill_settings(
    ngtcp2_settings *settings, const cquic_settings *wanted, uint64_t now) {
  ngtcp2_settings_default(settings);
  settings->initial_ts = now;
  settings->max_tx_udp_payload_size = wanted->payload_limit;
  settings->handshake_timeout = wanted->handshake_timeout;
  settings->cc_algo = NGTCP2_CC_ALGO_CUBIC;
}

static void fill_parameters(
    ngtcp2_transport_params *parameters, const cquic_settings *wanted) {
  ngtcp2_transport_params_default(parameters);
  parameters->initial_max_stream_data_bidi_local = wanted->stream_window;
  parameters->initial_max_stream_data_bidi_remote = wanted->stream_window;
  parameters->initial_max_data = wanted->connection_window;
  parameters->initial_max_streams_bidi = wanted->stream_limit;
  parameters->initial_max_streams_uni = 0; /* libp2p has none */
  parameters->max_idle_timeout = wanted->idle_timeout;
  parameters->active_connection_id_limit = 4;
  parameters->grease_quic_bit = 1;
}

static int new_server(
    cquic_connection *self, const ngtcp2_path *path, ngtcp2_cid *own,
    const ngtcp2_callbacks *callbacks, ngtcp2_settings *settings,
    ngtcp2_transport_params *parameters, const cquic_initial *initial) {
  ngtcp2_cid peer = to_ngtcp2(&initial->source);
  parameters->original_dcid =
      to_ngtcp2(initial->is_retried ? &initial->original : &initial->destination);
  if (initial->is_retried) {
    parameters->retry_scid = to_ngtcp2(&initial->destination);
    parameters->retry_scid_present = 1;
    settings->token.base = (uint8_t *)initial->token;
    settings->token.len = initial->token_count;
  }
  parameters->stateless_reset_token_present = 1;
  if (ngtcp2_crypto_generate_stateless_reset_token(
          parameters->stateless_reset_token, self->secret, CQUIC_SECRET, own) != 0)
    return -1;
  return ngtcp2_conn_server_new(
      &self->conn, &peer, own, path, initial->version, callbacks, settings, parameters, NULL,
      self);
}

cquic_connection *cquic_connection_new(
    const cquic_credentials *credentials, const cquic_settings *wanted,
    const cquic_handlers *handlers, void *owner, const uint8_t secret[CQUIC_SECRET],
    const cquic_address *local, const cquic_address *remote, const cquic_initial *initial,
    const cquic_cid *cid, uint64_t now) {
  cquic_connection *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->handlers = *handlers;
  self->owner = owner;
  memcpy(self->secret, secret, CQUIC_SECRET);
  self->reference.get_conn = get_conn;
  self->reference.user_data = self;
  self->local_length = cquic_to_sockaddr(local, &self->local);
  ngtcp2_path_storage_zero(&self->destination);

  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params parameters;
  fill_callbacks(&callbacks, initial != NULL);
  fill_settings(&settings, wanted, now);
  fill_parameters(&parameters, wanted);

  cquic_sockaddr there;
  socklen_t there_length = cquic_to_sockaddr(remote, &there);
  ngtcp2_path path = {
      {&self->local.any, self->local_length}, {&there.any, there_length}, NULL};
  ngtcp2_cid own = to_ngtcp2(cid);
  int made;
  if (initial) {
    made = new_server(self, &path, &own, &callbacks, &settings, &parameters, initial);
  } else {
    cquic_cid first = {.length = 16};
    cquic_random(first.bytes, first.length);
    ngtcp2_cid destination = to_ngtcp2(&first);
    made = ngtcp2_conn_client_new(
        &self->conn, &destination, &own, &path, NGTCP2_PROTO_VER_V1, &callbacks, &settings,
        &parameters, NULL, self);
  }
  if (made != 0 || !set_up_tls(self, credentials, initial != NULL)) {
    cquic_connection_free(self);
    return NULL;
  }
  ngtcp2_conn_set_keep_alive_timeout(self->conn, wanted->keep_alive);
  return self;
}

void cquic_connection_free(cquic_connection *connection) {
  /* The session's keys are used by the connection's end: it goes last. */
  if (connection->conn) ngtcp2_conn_del(connection->conn);
  if (connection->session) gnutls_deinit(connection->session);
  free(connection);
}

/* Input */

int cquic_receive(
    cquic_connection *connection, const cquic_address *remote, const uint8_t *datagram,
    size_t count, uint64_t now) {
  cquic_sockaddr there;
  socklen_t there_length = cquic_to_sockaddr(remote, &there);
  ngtcp2_path path = {
      {&connection->local.any, connection->local_length}, {&there.any, there_length}, NULL};
  ngtcp2_pkt_info info = {0};
  return ngtcp2_conn_read_pkt(connection->conn, &path, &info, datagram, count, now);
}

int cquic_expire(cquic_connection *connection, uint64_t now) {
  return ngtcp2_conn_handle_expiry(connection->conn, now);
}

uint64_t cquic_expiry(const cquic_connection *connection) {
  return ngtcp2_conn_get_expiry(connection->conn);
}

/* Output */

cquic_written cquic_write(
    cquic_connection *connection, uint8_t *out, size_t size, int64_t stream,
    const cquic_part *parts, size_t part_count, bool is_end, uint64_t now) {
  ngtcp2_pkt_info info;
  ngtcp2_ssize accepted = -1;
  uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_NONE;
  if (stream >= 0) flags |= NGTCP2_WRITE_STREAM_FLAG_MORE;
  if (is_end) flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
  ngtcp2_ssize count = ngtcp2_conn_writev_stream(
      connection->conn, &connection->destination.path, &info, out, size, &accepted, flags,
      stream, (const ngtcp2_vec *)parts, part_count, now);
  cquic_written written = {.outcome = CQUIC_WRITTEN};
  if (accepted >= 0 && stream >= 0) {
    size_t offered = 0;
    for (size_t i = 0; i < part_count; i++) offered += parts[i].count;
    written.accepted = (size_t)accepted;
    written.is_end_accepted = is_end && written.accepted == offered;
  }
  if (count >= 0) {
    written.count = (size_t)count;
    return written;
  }
  switch (count) {
  case NGTCP2_ERR_WRITE_MORE: written.outcome = CQUIC_WRITE_MORE; break;
  case NGTCP2_ERR_STREAM_DATA_BLOCKED: written.outcome = CQUIC_STREAM_BLOCKED; break;
  case NGTCP2_ERR_STREAM_SHUT_WR:
  case NGTCP2_ERR_STREAM_NOT_FOUND: written.outcome = CQUIC_STREAM_GONE; break;
  default:
    written.outcome = CQUIC_WRITE_FAILED;
    written.error = (int)count;
  }
  return written;
}

size_t cquic_payload(const cquic_connection *connection) {
  return ngtcp2_conn_get_max_tx_udp_payload_size(connection->conn);
}

cquic_address cquic_destination(const cquic_connection *connection) {
  cquic_address remote;
  cquic_from_sockaddr(connection->destination.path.remote.addr, &remote);
  return remote;
}

void cquic_written_at(cquic_connection *connection, uint64_t now) {
  /* Before the first measured round trip the library paces by an assumed one of 333 ms, and the
     second flight of a handshake would wait 22 ms for the first. */
  if (cquic_round_trip(connection) != 0) ngtcp2_conn_update_pkt_tx_time(connection->conn, now);
}

/* Streams */

int64_t cquic_open_stream(cquic_connection *connection) {
  int64_t stream = -1;
  if (ngtcp2_conn_open_bidi_stream(connection->conn, &stream, NULL) != 0) return -1;
  return stream;
}

void cquic_reset_stream(cquic_connection *connection, int64_t stream, uint64_t code) {
  ngtcp2_conn_shutdown_stream_write(connection->conn, stream, code);
}

void cquic_stop_reading(cquic_connection *connection, int64_t stream, uint64_t code) {
  ngtcp2_conn_shutdown_stream_read(connection->conn, stream, code);
}

void cquic_credit_stream(cquic_connection *connection, int64_t stream, uint64_t count) {
  ngtcp2_conn_extend_max_stream_offset(connection->conn, stream, count);
}

void cquic_credit_connection(cquic_connection *connection, uint64_t count) {
  ngtcp2_conn_extend_max_offset(connection->conn, count);
}

uint64_t cquic_round_trip(const cquic_connection *connection) {
  ngtcp2_conn_stat stat;
  ngtcp2_conn_get_conn_stat(connection->conn, &stat);
  return stat.latest_rtt == 0 || stat.latest_rtt == UINT64_MAX ? 0 : stat.smoothed_rtt;
}

/* The end */

static void copy_reason(const ngtcp2_connection_close_error *error, cquic_ending *ending) {
  size_t count = error->reasonlen < CQUIC_REASON_LIMIT - 1 ? error->reasonlen : CQUIC_REASON_LIMIT - 1;
  if (count > 0) memcpy(ending->reason, error->reason, count);
  ending->reason[count] = 0;
}

static size_t write_close(
    cquic_connection *connection, const ngtcp2_connection_close_error *error, uint64_t now,
    uint8_t *out, size_t size) {
  ngtcp2_pkt_info info;
  ngtcp2_ssize count = ngtcp2_conn_write_connection_close(
      connection->conn, &connection->destination.path, &info, out, size, error, now);
  return count > 0 ? (size_t)count : 0;
}

size_t cquic_fail(
    cquic_connection *connection, int error, uint64_t now, uint8_t *out, size_t size,
    cquic_ending *ending) {
  ngtcp2_connection_close_error told;
  ngtcp2_connection_close_error_default(&told);
  memset(ending, 0, sizeof *ending);
  strncpy(ending->reason, ngtcp2_strerror(error), CQUIC_REASON_LIMIT - 1);
  switch (error) {
  case NGTCP2_ERR_DRAINING:
    ngtcp2_conn_get_connection_close_error(connection->conn, &told);
    copy_reason(&told, ending);
    ending->code = told.error_code;
    ending->kind = connection->is_reset ? CQUIC_STATELESS_RESET
                   : told.type == NGTCP2_CONNECTION_CLOSE_ERROR_CODE_TYPE_APPLICATION
                       ? CQUIC_CLOSED_BY_PEER_APPLICATION
                       : CQUIC_CLOSED_BY_PEER_TRANSPORT;
    return 0;
  case NGTCP2_ERR_IDLE_CLOSE: ending->kind = CQUIC_IDLE; return 0;
  case NGTCP2_ERR_HANDSHAKE_TIMEOUT: ending->kind = CQUIC_HANDSHAKE_TIMEOUT; return 0;
  case NGTCP2_ERR_RECV_VERSION_NEGOTIATION: ending->kind = CQUIC_VERSION_REFUSED; return 0;
  case NGTCP2_ERR_DROP_CONN:
  case NGTCP2_ERR_RETRY: ending->kind = CQUIC_PROTOCOL_ERROR; return 0;
  default: break;
  }
  uint8_t alert = connection->alert;
  if (!alert && error == NGTCP2_ERR_CRYPTO) alert = ngtcp2_conn_get_tls_alert(connection->conn);
  if (alert) {
    ending->kind = CQUIC_TLS_ALERT;
    ending->code = alert;
    ngtcp2_connection_close_error_set_transport_error_tls_alert(&told, alert, NULL, 0);
  } else {
    ending->kind = CQUIC_PROTOCOL_ERROR;
    ngtcp2_connection_close_error_set_transport_error_liberr(&told, error, NULL, 0);
    ending->code = told.error_code;
  }
  return write_close(connection, &told, now, out, size);
}

size_t cquic_close(
    cquic_connection *connection, uint64_t code, uint64_t now, uint8_t *out, size_t size) {
  ngtcp2_connection_close_error told;
  ngtcp2_connection_close_error_default(&told);
  ngtcp2_connection_close_error_set_application_error(&told, code, NULL, 0);
  return write_close(connection, &told, now, out, size);
}
