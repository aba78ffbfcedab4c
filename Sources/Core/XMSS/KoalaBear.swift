internal import SSZ

#if _endian(big)
  #error("field elements are little-endian on the wire and are copied from and to memory")
#endif

/// The prime field of the scheme, P = 2^31 - 2^24 + 1.
///
/// An element is a `UInt32` below ``prime`` everywhere in this module, four little-endian bytes on
/// the wire; only the vector kernel knows Montgomery form. leanSpec: `koalabear.py`.
package enum KoalaBear {
  /// The modulus; cubing is a bijection modulo it, which is why the S-box is a cube.
  package static let prime: UInt32 = 0x7F00_0001

  /// The bytes of an element.
  package static let elementByteCount = 4

  package static func add(_ left: UInt32, _ right: UInt32) -> UInt32 {
    let sum = left &+ right
    return sum >= prime ? sum &- prime : sum
  }

  /// Writes `limbs.count` base-P digits of `value`, lowest first; the value must fit.
  package static func split(_ value: UInt64, into limbs: UnsafeMutableBufferPointer<UInt32>) {
    var rest = value
    for index in limbs.indices {
      limbs[index] = UInt32(truncatingIfNeeded: rest % UInt64(prime))
      rest /= UInt64(prime)
    }
    precondition(rest == 0, "\(value) does not fit \(limbs.count) limbs")
  }

  /// Base-P digits of the little-endian integer `bytes`, lowest first.
  ///
  /// Nine limbs hold 32 bytes: P^9 > 2^278.
  package static func split(
    littleEndian bytes: UnsafeRawBufferPointer, into limbs: UnsafeMutableBufferPointer<UInt32>
  ) {
    precondition(bytes.count.isMultiple(of: 4), "\(bytes.count) bytes are no whole words")
    var words = stride(from: 0, to: bytes.count, by: 4).map {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
    }
    for limb in limbs.indices {
      var remainder: UInt64 = 0
      for index in words.indices.reversed() {
        let dividend = remainder << 32 | UInt64(words[index])
        words[index] = UInt32(truncatingIfNeeded: dividend / UInt64(prime))
        remainder = dividend % UInt64(prime)
      }
      limbs[limb] = UInt32(truncatingIfNeeded: remainder)
    }
    precondition(
      words.allSatisfy { $0 == 0 }, "\(bytes.count) bytes do not fit \(limbs.count) limbs")
  }

  /// Whether `bytes` are field elements, each below the prime.
  package static func areElements(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count.isMultiple(of: elementByteCount) else { return false }
    var highest: UInt32 = 0
    for offset in stride(from: 0, to: bytes.count, by: elementByteCount) {
      highest = max(highest, bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    return highest < prime
  }
}

extension RawSpan {
  /// Refuses elements at or above the prime, which would give one value several encodings.
  func requireFieldElements(_ name: String) throws(SSZError) {
    let areElements = withUnsafeBytes { KoalaBear.areElements($0) }
    guard areElements else { throw .invalidValue("\(name): element at or above P") }
  }
}
