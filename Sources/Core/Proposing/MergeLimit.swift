/// How many attestations the prover merges, after it failed at more.
///
/// A merge that fails costs its slot: the signature that it holds is spent on that block. A prover with too
/// little memory fails at each merge of its size, so after two failures in a row the next blocks have half
/// as many, and half of that after each further one, down to none. More is tried again after 8 blocks, then after 16, 32 and every 64.
package struct MergeLimit: Hashable, Sendable {
  /// Failures until there is a limit: one alone is a worker that died.
  static let failuresInARow = 2

  /// Blocks until more is tried; doubles with each trial that fails, up to the longest.
  static let firstPause = 8
  static let longestPause = 64

  /// The most attestations of a block; `nil` while nothing speaks against any number.
  package private(set) var attestations: Int?

  private var failures = 0
  private var pause = firstPause
  /// Blocks that are still to come until more is tried.
  private var blocksLeft = 0

  package init() {}

  /// Takes note of a merge that failed.
  package mutating func fail(attestations count: Int) {
    failures += 1
    guard attestations != nil || failures >= Self.failuresInARow else { return }
    let isTrial = attestations != nil && blocksLeft == 0
    if isTrial { pause = min(pause * 2, Self.longestPause) }
    failures = 0
    attestations = count / 2
    blocksLeft = pause
  }

  /// Takes note of a merge that was made.
  package mutating func succeed() {
    failures = 0
    guard let limit = attestations else { return }
    blocksLeft = max(0, blocksLeft - 1)
    guard blocksLeft == 0 else { return }
    attestations = limit < ProposalPolicy.usualAttestations ? max(1, limit * 2) : nil
    if attestations == nil { pause = Self.firstPause }
  }
}
