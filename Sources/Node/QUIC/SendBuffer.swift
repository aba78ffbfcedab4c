/// Bytes to send, which stay at their address until every stream that sends them is done.
///
/// One message for many peers is held once.
package final class SendBuffer {
  /// The bytes; they are never written after `init`.
  let bytes: UnsafeMutableBufferPointer<UInt8>

  /// Copies the bytes of several pieces, one after the other.
  package init(_ pieces: [UInt8]...) {
    bytes = .allocate(capacity: pieces.reduce(0) { $0 + $1.count })
    var end = 0
    for piece in pieces {
      _ = bytes[end...].initialize(fromContentsOf: piece)
      end += piece.count
    }
  }

  deinit { bytes.deallocate() }

  /// How many bytes.
  package var count: Int { bytes.count }
}
