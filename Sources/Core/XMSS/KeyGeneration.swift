/// The making of a new key.
///
///     let generation = try KeyGeneration(scheme: scheme, slots: 0..<21_600, using: &random)
///     on each thread: generation.work.run()
///     let key = try generation.finish()
public final class KeyGeneration: Sendable {
  /// The slots that the key will be able to sign for: those asked for, widened to whole trees.
  public let activeSlots: Range<UInt64>

  /// The long part, for as many threads as the caller brings.
  public let work: KeyWork

  private let window: KeyWindow
  private let key: PRFKey
  private let hash: TweakableHash
  private let padding: [[UInt32]]

  /// Prepares a key for `slots`.
  ///
  /// The secret comes from `generator`: the system's, except in tests and simulations.
  ///
  /// - Throws: ``KeyGenerationError/beyondLifetime(end:lifetime:)``.
  public convenience init(
    scheme: Scheme, slots: Range<UInt64>, using generator: inout some RandomNumberGenerator
  ) throws(KeyGenerationError) {
    let window = try KeyWindow(covering: slots, scheme: scheme)
    let parameter = KoalaBear.draw(Scheme.parameterElements, using: &generator)
    let key = PRFKey(using: &generator)
    let padding = (0..<window.paddingCount).map { _ in
      KoalaBear.draw(Scheme.digestElements, using: &generator)
    }
    self.init(window: window, key: key, parameter: parameter, padding: padding)
  }

  /// Prepares a key from chosen material, as test vectors state it.
  package convenience init(
    scheme: Scheme, slots: Range<UInt64>, key: PRFKey, parameter: [UInt32], padding: [[UInt32]],
    kernel: any HashKernel = chosenKernel
  ) throws(KeyGenerationError) {
    self.init(
      window: try KeyWindow(covering: slots, scheme: scheme), key: key, parameter: parameter,
      padding: padding, kernel: kernel)
  }

  private init(
    window: KeyWindow, key: PRFKey, parameter: [UInt32], padding: [[UInt32]],
    kernel: any HashKernel = chosenKernel
  ) {
    precondition(parameter.count == Scheme.parameterElements, "\(parameter.count) elements")
    precondition(padding.count == window.paddingCount, "\(padding.count) padding nodes")
    self.window = window
    self.key = key
    self.padding = padding
    activeSlots = window.slots
    hash = TweakableHash(
      scheme: window.scheme,
      parameter: SIMD8(
        parameter[0], parameter[1], parameter[2], parameter[3], parameter[4], 0, 0, 0),
      kernel: kernel)
    work = KeyWork(hash: hash, key: key, trees: Array(window.trees), keptTrees: 2)
  }

  /// The key, its window prepared for the first slots.
  ///
  /// - Throws: ``KeyGenerationError/unfinished(_:)`` unless all of ``work`` is done.
  public func finish() throws(KeyGenerationError) -> SecretKey {
    let trees = try work.finish()
    let topTree = hash.topTree(
      roots: trees.flatMap(\.root), firstTree: window.trees.lowerBound, padding: padding)
    return SecretKey(
      window: window, key: key, hash: hash, topTree: .made(topTree), root: topTree.root,
      prepared: PreparedTrees(
        leftIndex: window.trees.lowerBound, left: .made(trees[0]), right: .made(trees[1])))
  }
}

/// Why a key or a window of it was not made.
public enum KeyGenerationError: Error, Hashable, Sendable {
  /// The slots end after the scheme's last slot.
  case beyondLifetime(end: UInt64, lifetime: UInt64)
  /// The work was cancelled or is still going on.
  case unfinished(KeyProgress)
}

extension KeyGenerationError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .beyondLifetime(let end, let lifetime):
      "slots up to \(end) asked for, the scheme has \(lifetime)"
    case .unfinished(let progress):
      "\(progress.finishedLeaves) of \(progress.totalLeaves) leaves are computed"
    }
  }
}

extension KoalaBear {
  /// Draws uniform field elements.
  static func draw(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt32] {
    (0..<count).map { _ in generator.next(upperBound: prime) }
  }
}
