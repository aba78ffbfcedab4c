internal import CKernels
internal import Synchronization

/// The 32 secret bytes that every one-time key of an XMSS key is derived from.
///
/// They live in one place and are overwritten when the last reference goes. leanSpec:
/// `xmss/prf.py`.
package final class PRFKey: Sendable {
  /// The number of bytes, always 32.
  package static let byteCount = 32

  private typealias Words = (UInt64, UInt64, UInt64, UInt64)

  private let secret = Mutex<Words>((0, 0, 0, 0))

  private init(_ words: Words) {
    secret.withLock { $0 = words }
  }

  /// Copies 32 bytes.
  package convenience init(copying bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == PRFKey.byteCount, "a PRF key of \(bytes.count) bytes")
    var words = bytes.loadUnaligned(as: Words.self)
    defer { wipe(&words) }
    self.init(words)
  }

  /// Draws a new key.
  package convenience init(using generator: inout some RandomNumberGenerator) {
    var words = (generator.next(), generator.next(), generator.next(), generator.next())
    defer { wipe(&words) }
    self.init(words)
  }

  deinit {
    secret.withLock { wipe(&$0) }
  }

  /// Calls `body` with a copy of the secret that is overwritten afterwards.
  ///
  /// A copy, so that threads working on one key do not wait for each other.
  package func withBytes<Output>(_ body: (UnsafeRawBufferPointer) -> Output) -> Output {
    var words = secret.withLock { $0 }
    defer { wipe(&words) }
    return withUnsafeBytes(of: &words) { body($0) }
  }
}

/// Overwrites a value in place.
func wipe<Value: BitwiseCopyable>(_ value: inout Value) {
  withUnsafeMutableBytes(of: &value) { kernel_wipe($0.baseAddress, $0.count) }
}

/// Overwrites the elements of a buffer.
func wipe<Element: BitwiseCopyable>(_ buffer: UnsafeMutableBufferPointer<Element>) {
  let bytes = UnsafeMutableRawBufferPointer(buffer)
  kernel_wipe(bytes.baseAddress, bytes.count)
}

/// One padded input of the PRF: shorter than a block of SHAKE128, so 96 bytes hold all of it.
///
///     domain (16) | 0 | key (32) | slot (4) | chain (8)                 start of a chain
///     domain (16) | 1 | key (32) | slot (4) | message (32) | counter (8)  randomness
package struct PRFInput: BitwiseCopyable {
  static let wordCount = 12
  /// SHAKE128 gives 168 bytes a block, an element takes 16.
  static let maximumElements = 10

  private static let domain: [UInt8] = [
    0xAE, 0xAE, 0x22, 0xFF, 0x00, 0x01, 0xFA, 0xFF, 0x21, 0xAF, 0x12, 0x00, 0x01, 0x11, 0xFF, 0x00,
  ]
  /// Ends the input of an extendable-output function of the SHA-3 family.
  private static let padding: UInt8 = 0x1F

  private(set) var words:
    (
      UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
      UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    ) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

  /// The input for the secret start of a chain.
  package init(key: UnsafeRawBufferPointer, slot: UInt32, chain: UInt8) {
    write(tag: 0, key: key, slot: slot)
    withUnsafeMutableBytes(of: &words) { bytes in
      bytes.storeBytes(of: UInt64(chain).bigEndian, toByteOffset: 53, as: UInt64.self)
      bytes[61] = PRFInput.padding
    }
  }

  /// The input for the randomness of a signing attempt.
  package init(
    key: UnsafeRawBufferPointer, slot: UInt32, message: UnsafeRawBufferPointer, attempt: UInt64
  ) {
    precondition(message.count == 32, "a message of \(message.count) bytes")
    write(tag: 1, key: key, slot: slot)
    withUnsafeMutableBytes(of: &words) { bytes in
      UnsafeMutableRawBufferPointer(rebasing: bytes[53..<85]).copyMemory(from: message)
      bytes[93] = PRFInput.padding
    }
    self.attempt = attempt
  }

  /// The number of the signing attempt, the only part that changes while searching.
  var attempt: UInt64 {
    get {
      withUnsafeBytes(of: words) {
        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 85, as: UInt64.self))
      }
    }
    set {
      withUnsafeMutableBytes(of: &words) {
        $0.storeBytes(of: newValue.bigEndian, toByteOffset: 85, as: UInt64.self)
      }
    }
  }

  private mutating func write(tag: UInt8, key: UnsafeRawBufferPointer, slot: UInt32) {
    precondition(key.count == PRFKey.byteCount, "a PRF key of \(key.count) bytes")
    withUnsafeMutableBytes(of: &words) { bytes in
      bytes.copyBytes(from: PRFInput.domain)
      bytes[16] = tag
      UnsafeMutableRawBufferPointer(rebasing: bytes[17..<49]).copyMemory(from: key)
      bytes.storeBytes(of: slot.bigEndian, toByteOffset: 49, as: UInt32.self)
    }
  }
}
