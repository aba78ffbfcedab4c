internal import Hashing
internal import SSZ

/// The parameters of one XMSS instance.
///
/// The scheme is part of a network's settings and a run-time value everywhere: nothing in the
/// program is compiled for one of them. leanSpec: `xmss/constants.py`.
public struct Scheme: Hashable, Sendable {
  /// The name in settings and on screen.
  public let name: String

  /// The number of bytes of a public key's encoding.
  public let publicKeyByteCount: Int

  /// The number of bytes of a signature's encoding.
  public let signatureByteCount: Int

  /// Whether this program makes keys, signs and verifies by itself; otherwise a worker does, and
  /// the parameters below are its own business.
  public let isImplemented: Bool

  /// The height of the whole Merkle tree: a key can have at most `2^logLifetime` slots.
  public let logLifetime: Int

  /// The number of hash chains, and of digits in a codeword.
  public let dimension: Int

  /// The sum that the digits of a codeword must have.
  public let targetSum: Int

  /// The number of values of a digit; a chain has one step less.
  public let base: Int

  /// The digits taken from one field element.
  let digitsPerElement: Int

  /// The field values that share one group of digits.
  let quotient: Int

  /// The first nine elements start the sponge that hashes a leaf.
  let capacity: SIMD16<UInt32>

  /// The attempts after which signing gives up.
  ///
  /// One production attempt in 913 succeeds, so all fail with probability 10^-47.
  public var maximumAttempts: Int { 100_000 }

  /// Creates a scheme.
  ///
  /// The relations between the parameters are checked here, once: a contradiction is a mistake
  /// in this file, since all schemes are listed in ``all``.
  init(
    name: String, logLifetime: Int, dimension: Int, targetSum: Int, base: Int = 8,
    digitsPerElement: Int = 8, quotient: Int = 127
  ) {
    var groups = 1
    for _ in 0..<digitsPerElement { groups *= base }
    precondition(
      quotient * groups == Int(KoalaBear.prime) - 1,
      "\(quotient) * \(base)^\(digitsPerElement) must be P - 1")
    precondition(base > 1 && base.nonzeroBitCount == 1, "digits are bits of an element")
    precondition(logLifetime.isMultiple(of: 2), "top and bottom trees share the height evenly")
    precondition((8...32).contains(logLifetime), "bottom trees have whole batches of leaves")
    precondition((1...Scheme.maximumDimension).contains(dimension), "dimension \(dimension)")
    precondition(targetSum <= dimension * (base - 1), "no codeword has the sum \(targetSum)")
    precondition(
      dimension <= digitsPerElement * Scheme.digestElements, "a digest has too few digits")
    self.name = name
    publicKeyByteCount = Bytes52.count
    signatureByteCount = SignatureLayout(siblingCount: logLifetime, hashCount: dimension).byteCount
    isImplemented = true
    self.logLifetime = logLifetime
    self.dimension = dimension
    self.targetSum = targetSum
    self.base = base
    self.digitsPerElement = digitsPerElement
    self.quotient = quotient
    self.capacity = Poseidon.spongeCapacity(lengths: [
      Scheme.parameterElements, Scheme.tweakElements, dimension, Scheme.digestElements,
    ])
  }

  /// Creates a scheme whose keys and signatures are bytes of a known length and nothing more here.
  private init(
    foreign name: String, publicKeyByteCount: Int, signatureByteCount: Int, logLifetime: Int
  ) {
    precondition(PublicKey.byteCounts.contains(publicKeyByteCount), "\(publicKeyByteCount) bytes")
    self.name = name
    self.publicKeyByteCount = publicKeyByteCount
    self.signatureByteCount = signatureByteCount
    self.logLifetime = logLifetime
    isImplemented = false
    dimension = 0
    targetSum = 0
    base = 1
    digitsPerElement = 0
    quotient = 0
    capacity = SIMD16()
  }

  /// The scheme of the public networks; a signature has 2,536 bytes.
  ///
  /// Its smallest key has 131,072 slots and takes seconds to make.
  public static let production = Scheme(
    name: "production", logLifetime: 32, dimension: 46, targetSum: 200)

  /// leanSpec's test scheme: 256 slots, keys in milliseconds, no security; 424 bytes a signature.
  public static let test = Scheme(name: "test", logLifetime: 8, dimension: 4, targetSum: 6)

  /// Production parameters below a shallow tree, for local networks.
  ///
  /// A key costs only the slots it is asked for, in steps of 1,024: a day of 4-second slots is
  /// ready in seconds. 2^20 slots last 48 days.
  public static let devnet = Scheme(
    name: "devnet", logLifetime: 20, dimension: 46, targetSum: 200)

  /// leanVM's own scheme: keys of 32 bytes, signatures of 2,404, made and checked by a worker.
  ///
  /// A secret key is a 32-byte seed; a bottom tree has 65,536 leaves and takes seconds to make.
  public static let leanXMSS = Scheme(
    foreign: "leanxmss", publicKeyByteCount: 32, signatureByteCount: 2_404, logLifetime: 32)

  /// The schemes that are implemented here, in the order of their security.
  public static let implemented = [production, devnet, test]

  /// Every scheme.
  public static let all = implemented + [leanXMSS]

  /// The scheme called `name`; `nil` for any other name.
  public init?(named name: String) {
    guard let scheme = Scheme.all.first(where: { $0.name == name }) else { return nil }
    self = scheme
  }

  /// The number of slots of the whole tree.
  public var lifetime: UInt64 { 1 << UInt64(logLifetime) }

  /// The height of a bottom tree, and of the top tree above them.
  public var subtreeHeight: Int { logLifetime / 2 }

  /// The slots of one bottom tree; keys and prepared windows are whole bottom trees.
  public var slotsPerBottomTree: UInt64 { 1 << UInt64(subtreeHeight) }

  /// The elements that a leaf's sponge absorbs, padded to whole blocks of the rate.
  var leafElements: Int {
    let elements = Scheme.headElements + dimension * Scheme.digestElements
    return (elements + Scheme.rateElements - 1) / Scheme.rateElements * Scheme.rateElements
  }

  /// The steps from a chain's secret start to its public end.
  var chainLength: Int { base - 1 }

  /// The bits of a digit.
  var digitBits: Int { base.trailingZeroBitCount }

  /// The field elements that a codeword is read from.
  var codewordElements: Int { (dimension + digitsPerElement - 1) / digitsPerElement }

  /// leanSpec's limit of a list of digests, which a list's Merkle root depends on.
  var digestListLimit: Int { 2 << subtreeHeight }
}

extension Scheme {
  /// The chains that the kernels have room for.
  static let maximumDimension = 46
  /// The hashes and signatures that are computed together: the lanes of the widest kernel.
  package static let batchSize = 16
  static let digestElements = 8
  static let digestByteCount = digestElements * KoalaBear.elementByteCount
  static let parameterElements = 5
  static let tweakElements = 2
  static let messageElements = 9
  static let randomnessElements = 7
  static let capacityElements = 9
  static let rateElements = 24 - capacityElements
  /// Parameter and tweak, which begin every hash of nodes and leaves.
  static let headElements = parameterElements + tweakElements
}

extension PublicKey {
  /// Why a key is none of a network's scheme, as its length tells; `nil` when it may be one.
  public func mismatch(with scheme: Scheme) -> String? {
    guard byteCount != scheme.publicKeyByteCount else { return nil }
    let family = byteCount == Scheme.leanXMSS.publicKeyByteCount ? "leanXMSS" : "leanSig"
    let wanted = scheme.isImplemented ? "leanSig" : "leanXMSS"
    return "keys of \(byteCount) bytes: \(family); this network is \(wanted) (\(scheme))"
  }
}

extension Scheme: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
