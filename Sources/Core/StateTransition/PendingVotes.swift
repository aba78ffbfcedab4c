internal import Consensus
internal import Hashing
internal import SSZ

/// The votes for targets that are not justified yet, taken apart by target.
///
/// The state keeps one flat list of bits: as many as there are validators, target after target.
/// It is taken apart only when a block changes it, and put together in order of the roots.
struct PendingVotes {
  private enum Form {
    /// As the state has it.
    case packed(roots: JustificationRoots, votes: Bits)
    /// By target.
    case unpacked([Bytes32: Bits])
  }

  private let validatorCount: Int
  private var form: Form

  /// Takes the lists of a state.
  ///
  /// - Throws: `JUSTIFICATION_VOTES_LENGTH_MISMATCH`, `ZERO_HASH_JUSTIFICATION_ROOT`.
  init(of state: State) throws(Rejection) {
    let roots = state.justificationsRoots
    let votes = state.justificationsValidators.bits
    validatorCount = state.validators.count
    guard votes.count == roots.count * validatorCount else {
      throw .justificationVotesLengthMismatch(
        voteCount: votes.count, targetCount: roots.count, validatorCount: validatorCount)
    }
    guard !roots.contains(.zero) else { throw .zeroHashJustificationRoot }
    form = .packed(roots: roots, votes: votes)
    // Only a state from elsewhere can be out of order.
    let isAscending = zip(roots, roots.dropFirst()).allSatisfy { $0 < $1 }
    if !isAscending { form = .unpacked(votesByRoot) }
  }

  /// The targets, in no particular order.
  var roots: [Bytes32] {
    switch form {
    case .packed(let roots, _): roots.elements
    case .unpacked(let votes): Array(votes.keys)
    }
  }

  /// Adds voters for a target.
  ///
  /// - Returns: How many validators have voted for it by now.
  mutating func add(_ voters: Bits, for root: Bytes32) -> Int {
    change { [validatorCount] votes in
      var tally = votes.removeValue(forKey: root) ?? Bits(count: validatorCount)
      tally.formUnion(voters)
      votes[root] = tally
      return tally.setCount
    }
  }

  /// Forgets a target.
  mutating func remove(_ root: Bytes32) {
    change { $0[root] = nil }
  }

  /// Forgets the targets that do not satisfy `isPending`.
  mutating func keep(where isPending: (Bytes32) -> Bool) {
    change { $0 = $0.filter { isPending($0.key) } }
  }

  /// Writes the lists of `state` if they have changed.
  ///
  /// - Throws: `JUSTIFICATION_LIMIT_EXCEEDED` when a state from elsewhere was too full for another
  ///   target.
  func store(in state: inout State) throws(Rejection) {
    guard case .unpacked(let votes) = form else { return }
    let sorted = votes.sorted { $0.key < $1.key }
    do throws(SSZError) {
      state.justificationsRoots = try JustificationRoots(sorted.map(\.key))
      state.justificationsValidators = try JustificationValidators(
        Bits(joining: sorted.map(\.value)))
    } catch {
      throw .justificationLimitExceeded(targetCount: votes.count)
    }
  }

  private mutating func change<Output>(_ body: (inout [Bytes32: Bits]) -> Output) -> Output {
    var votes = votesByRoot
    form = .unpacked([:])
    let output = body(&votes)
    form = .unpacked(votes)
    return output
  }

  private var votesByRoot: [Bytes32: Bits] {
    switch form {
    case .unpacked(let votes):
      return votes
    case .packed(let roots, let packed):
      var votes: [Bytes32: Bits] = [:]
      for (position, root) in roots.enumerated() {
        let start = position * validatorCount
        votes[root] = packed.extracting(start..<(start + validatorCount))
      }
      return votes
    }
  }
}
