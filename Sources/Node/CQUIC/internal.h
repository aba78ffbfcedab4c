/* What the two halves of the face share: addresses as the system has them. */
#ifndef CQUIC_INTERNAL_H
#define CQUIC_INTERNAL_H

#include "cquic.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} cquic_sockaddr;

static inline socklen_t cquic_to_sockaddr(const cquic_address *from, cquic_sockaddr *to) {
  memset(to, 0, sizeof *to);
  if (from->family == 6) {
    to->v6.sin6_family = AF_INET6;
    to->v6.sin6_port = htons(from->port);
    to->v6.sin6_scope_id = from->scope;
    memcpy(&to->v6.sin6_addr, from->bytes, 16);
    return sizeof to->v6;
  }
  to->v4.sin_family = AF_INET;
  to->v4.sin_port = htons(from->port);
  memcpy(&to->v4.sin_addr, from->bytes, 4);
  return sizeof to->v4;
}

static inline bool cquic_from_sockaddr(const struct sockaddr *from, cquic_address *to) {
  memset(to, 0, sizeof *to);
  if (from->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    to->family = 6;
    to->port = ntohs(v6->sin6_port);
    to->scope = v6->sin6_scope_id;
    memcpy(to->bytes, &v6->sin6_addr, 16);
    return true;
  }
  if (from->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    to->family = 4;
    to->port = ntohs(v4->sin_port);
    memcpy(to->bytes, &v4->sin_addr, 4);
    return true;
  }
  return false;
}

#endif
