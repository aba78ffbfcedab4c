internal import CQUIC
internal import Glibc

/// The UDP sockets of a node: one for each family of addresses, used by one thread.
package final class QUICSockets {
  /// Why a socket cannot be had.
  package struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address that was wanted.
    package let address: NetworkAddress

    /// The system's number for the reason.
    package let code: Int32

    package var description: String {
      "cannot listen on UDP \(address): \(String(cString: strerror(code)))"
    }
  }

  /// What the kernel may hold for us in each direction: 40 ms at 100 MB/s.
  private static let kernelBuffer = 4 << 20

  /// Where the sockets are bound.
  package let addresses: [NetworkAddress]

  /// Ends a wait from any thread.
  package let waker: Waker

  /// Datagrams that the kernel did not take; QUIC sends them again.
  package private(set) var unsent = 0

  private let sockets: [Int32]
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(
    capacity: Int(CQUIC_RECEIVE_BATCH) * Int(CQUIC_RECEIVE_BYTES))
  private var received = [cquic_received](
    repeating: cquic_received(), count: Int(CQUIC_RECEIVE_BATCH))

  /// Binds the addresses: at most one of IPv4 and one of IPv6; port 0 takes a free one.
  ///
  /// - Throws: ``SocketError``.
  package init(_ wanted: [NetworkAddress]) throws(SocketError) {
    precondition(Set(wanted.map(\.isIPv6)).count == wanted.count, "one address of each family")
    var sockets: [Int32] = []
    var addresses: [NetworkAddress] = []
    for address in wanted {
      var local = address.raw
      let socket = cquic_socket_open(&local, Self.kernelBuffer)
      guard socket >= 0 else {
        for open in sockets { cquic_socket_close(open) }
        buffer.deallocate()
        throw SocketError(address: address, code: -socket)
      }
      sockets.append(socket)
      _ = cquic_socket_address(socket, &local)
      addresses.append(NetworkAddress(local) ?? address)
    }
    self.sockets = sockets
    self.addresses = addresses
    waker = Waker()
  }

  deinit {
    for socket in sockets { cquic_socket_close(socket) }
    buffer.deallocate()
  }

  /// What a datagram takes in the kernel beside its bytes, about.
  private static let kernelEntry = 768

  /// Takes what has come, of each socket as much as the kernel may hold.
  ///
  /// What is left there stands in the way of what comes later, whoever sends it; and what comes
  /// meanwhile waits, so that it cannot hold up the rest of the work.
  package func receive(_ take: (UnsafeRawBufferPointer, NetworkAddress) -> Void) {
    for socket in sockets {
      var room = Self.kernelBuffer
      while room > 0 {
        let taken = receiveBatch(from: socket, take)
        guard taken.count == received.count else { break }
        room -= taken.bytes + taken.count * Self.kernelEntry
      }
    }
  }

  private func receiveBatch(
    from socket: Int32, _ take: (UnsafeRawBufferPointer, NetworkAddress) -> Void
  ) -> (count: Int, bytes: Int) {
    let count = Int(cquic_socket_receive(socket, buffer, &received))
    var total = 0
    for index in 0..<count {
      let piece = received[index]
      total += piece.count
      guard piece.count > 0, let remote = NetworkAddress(piece.remote) else { continue }
      let bytes = UnsafeRawBufferPointer(
        start: buffer + index * Int(CQUIC_RECEIVE_BYTES), count: piece.count)
      var start = 0
      while start < bytes.count {
        let end = min(start + piece.segment, bytes.count)
        take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), remote)
        start = end
      }
    }
    return (count, total)
  }

  /// Sends datagrams of `segment` bytes each to one address.
  package func send(_ datagrams: UnsafeRawBufferPointer, _ segment: Int, to remote: NetworkAddress)
  {
    guard let index = addresses.firstIndex(where: { $0.isIPv6 == remote.isIPv6 }) else { return }
    var there = remote.raw
    let bytes = datagrams.assumingMemoryBound(to: UInt8.self).baseAddress
    if cquic_socket_send(sockets[index], &there, bytes, datagrams.count, segment) != 0 {
      unsent += 1
    }
  }

  /// Waits until something has come, `deadline` (of ``now``) is reached, or it is woken.
  package func wait(until deadline: UInt64) {
    let now = Self.now
    let time = deadline == .max ? .max : deadline > now ? deadline - now : 0
    let descriptors = sockets + [waker.descriptor]
    cquic_socket_wait(descriptors, descriptors.count, time)
    cquic_waker_clear(waker.descriptor)
  }

  /// Names the calling thread as the system's tools show it: at most 15 characters.
  ///
  /// Foundation's own name of a thread stays inside Foundation.
  package static func nameThread(_ name: String) { cquic_name_thread(name) }

  /// Nanoseconds of a clock that is never set.
  package static var now: UInt64 { cquic_now() }
}

/// Ends the wait of a thread, from any thread.
package final class Waker: Sendable {
  fileprivate let descriptor: Int32

  fileprivate init() {
    descriptor = cquic_waker_open()
    precondition(descriptor >= 0, "no descriptors are left (error \(-descriptor))")
  }

  deinit { cquic_socket_close(descriptor) }

  /// Ends the present wait, or else the next.
  package func wake() { cquic_waker_wake(descriptor) }
}
