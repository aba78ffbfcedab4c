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
    guard Codeword.digitSum(elements, scheme: scheme) == scheme.targetSum else { return nil }
    digits = (0..<scheme.dimension).map { index in
      let (element, place) = index.quotientAndRemainder(dividingBy: scheme.digitsPerElement)
      let group = elements[element] / UInt32(scheme.quotient)
      let digit = group >> UInt32(place * scheme.digitBits) & UInt32(scheme.base - 1)
      return UInt8(truncatingIfNeeded: digit)
    }
  }

  /// The sum of the digits, found without storing them: most attempts at signing end here.
  private static func digitSum(_ elements: UnsafePointer<UInt32>, scheme: Scheme) -> Int? {
    let bits = UInt32(truncatingIfNeeded: scheme.digitBits)
    let mask = UInt32(truncatingIfNeeded: scheme.base - 1)
    let quotient = UInt32(truncatingIfNeeded: scheme.quotient)
    var sum: UInt32 = 0
    var remaining = scheme.dimension
    for index in 0..<scheme.codewordElements {
      guard elements[index] != KoalaBear.prime - 1 else { return nil }
      var group = elements[index] / quotient
      for _ in 0..<min(scheme.digitsPerElement, remaining) {
        sum &+= group & mask
        group &>>= bits
      }
      remaining &-= scheme.digitsPerElement
    }
    return Int(sum)
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
