/* UDP sockets: batches in both directions, waiting with nanoseconds, waking from other threads. */
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

int cquic_socket_open(const cquic_address *local, size_t buffer_bytes) {
  cquic_sockaddr address;
  socklen_t length = cquic_to_sockaddr(local, &address);
  int fd = socket(address.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int buffer = (int)buffer_bytes, on = 1, probe = IP_PMTUDISC_DO;
  /* Each of these improves a socket that also works without it. */
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) != 0)
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  if (local->family == 6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof probe);
  } else {
    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
  }
  if (bind(fd, &address.any, length) != 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

void cquic_socket_close(int socket) { close(socket); }

bool cquic_socket_address(int socket, cquic_address *local) {
  cquic_sockaddr address;
  socklen_t length = sizeof address;
  return getsockname(socket, &address.any, &length) == 0 &&
         cquic_from_sockaddr(&address.any, local);
}

int cquic_socket_send(
    int socket, const cquic_address *remote, const uint8_t *bytes, size_t count, size_t segment) {
  cquic_sockaddr address;
  socklen_t length = cquic_to_sockaddr(remote, &address);
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
  } control = {0};
  struct msghdr message = {
      .msg_name = &address, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
  if (count > segment) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t size = (uint16_t)segment;
    memcpy(CMSG_DATA(header), &size, sizeof size);
  }
  while (sendmsg(socket, &message, 0) < 0) {
    if (errno == EINTR) continue;
    /* A system or device that cannot cut datagrams itself gets them one by one. */
    if (count > segment && (errno == EIO || errno == EINVAL || errno == EOPNOTSUPP)) {
      for (size_t start = 0; start < count; start += segment) {
        size_t size = count - start < segment ? count - start : segment;
        int error = cquic_socket_send(socket, remote, bytes + start, size, size);
        if (error != 0) return error;
      }
      return 0;
    }
    return errno;
  }
  return 0;
}

int cquic_socket_receive(int socket, uint8_t *buffer, cquic_received *received) {
  struct mmsghdr messages[CQUIC_RECEIVE_BATCH];
  struct iovec parts[CQUIC_RECEIVE_BATCH];
  cquic_sockaddr addresses[CQUIC_RECEIVE_BATCH];
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } controls[CQUIC_RECEIVE_BATCH];
  memset(messages, 0, sizeof messages);
  for (size_t i = 0; i < CQUIC_RECEIVE_BATCH; i++) {
    parts[i].iov_base = buffer + i * CQUIC_RECEIVE_BYTES;
    parts[i].iov_len = CQUIC_RECEIVE_BYTES;
    messages[i].msg_hdr.msg_name = &addresses[i];
    messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_control = &controls[i];
    messages[i].msg_hdr.msg_controllen = sizeof controls[i].bytes;
  }
  int count = recvmmsg(socket, messages, CQUIC_RECEIVE_BATCH, MSG_DONTWAIT, NULL);
  if (count < 0) return 0; /* nothing there, or an ICMP error about some datagram of ours */
  for (int i = 0; i < count; i++) {
    struct msghdr *message = &messages[i].msg_hdr;
    received[i].count = messages[i].msg_len;
    received[i].segment = messages[i].msg_len;
    if (!cquic_from_sockaddr(&addresses[i].any, &received[i].remote)) received[i].count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
      if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO) continue;
      int segment;
      memcpy(&segment, CMSG_DATA(c), sizeof segment);
      if (segment > 0) received[i].segment = (size_t)segment;
    }
  }
  return count;
}

void cquic_socket_wait(const int *sockets, size_t count, uint64_t nanoseconds) {
  struct pollfd descriptors[4];
  if (count > 4) count = 4;
  for (size_t i = 0; i < count; i++)
    descriptors[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
  struct timespec timeout = {
      .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
  ppoll(descriptors, count, nanoseconds == UINT64_MAX ? NULL : &timeout, NULL);
}

int cquic_waker_open(void) {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

void cquic_waker_wake(int waker) {
  uint64_t one = 1;
  ssize_t written = write(waker, &one, sizeof one);
  (void)written; /* full: it is awake already */
}

void cquic_waker_clear(int waker) {
  uint64_t count;
  ssize_t got = read(waker, &count, sizeof count);
  (void)got; /* empty: nobody woke us */
}

void cquic_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

uint64_t cquic_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
