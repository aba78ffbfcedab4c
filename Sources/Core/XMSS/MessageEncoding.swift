internal import Hashing

/// The digits, one per chain, that a message is signed as.
///
/// A message hashes to a point of the cube `0..<base` to the power of the dimension. Only points
/// on the layer with the scheme's digit sum are codewords: of two codewords, neither is above the
/// other in every digit, so no signature can be walked on to one of another message.
/// leanSpec: `xmss/encoding.py`.
struct Codeword {
  let digits: [UInt8]

  /// Reads the digits of a message's hash.
  ///
  /// - Returns: `nil` off the layer, and for the one field value that belongs to no digits.
  init?(_ elements: UnsafePointer<UInt32>, scheme: Scheme) {
    let digitBits = UInt32(scheme.base.trailingZeroBitCount)
    let digitMask = UInt32(scheme.base) - 1
    let quotient = UInt32(scheme.quotient)
    var digits: [UInt8] = []
    var sum = 0
    digits.reserveCapacity(scheme.dimension)
    for index in 0..<scheme.codewordElements {
      guard elements[index] != KoalaBear.prime - 1 else { return nil }
      var group = elements[index] / quotient
      for _ in 0..<min(scheme.digitsPerElement, scheme.dimension - digits.count) {
        digits.append(UInt8(truncatingIfNeeded: group & digitMask))
        sum += Int(group & digitMask)
        group >>= digitBits
      }
    }
    guard sum == scheme.targetSum else { return nil }
    self.digits = digits
  }
}

extension TweakableHash {
  /// Prepares the state whose compression is read as a codeword; the randomness is still zero.
  ///
  ///     message (9) | parameter (5) | tweak (2) | randomness (7) | 0
  func writeMessage(
    _ message: Bytes32, slot: UInt32, to state: UnsafeMutablePointer<UInt32>
  ) {
    let elements = UnsafeMutableBufferPointer(start: state, count: 24)
    elements.update(repeating: 0)
    message.withBytes {
      KoalaBear.split(
        littleEndian: $0,
        into: UnsafeMutableBufferPointer(rebasing: elements[0..<Scheme.messageElements]))
    }
    for index in 0..<Scheme.parameterElements {
      elements[Scheme.messageElements + index] = parameter[index]
    }
    KoalaBear.split(
      TweakableHash.messageTweak(slot: slot),
      into: UnsafeMutableBufferPointer(rebasing: elements[14..<TweakableHash.randomnessPlace]))
  }

  /// Where the randomness begins in a message's state.
  static let randomnessPlace = 16
}
