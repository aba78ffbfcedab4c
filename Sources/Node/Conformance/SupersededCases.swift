/// Cases of leanSpec 43246bd6 whose outcome a rule of July 2026 changed: July wins.
///
/// `Docs/Deviations.md` has the rules. A case counts as superseded only where it differs in what its
/// rule decides; one that was made again under the rules of July passes like any other.
enum SupersededCases {
  /// A rule of July that an older case contradicts.
  enum Rule: String {
    /// Of two votes of one validator for one slot the one with the larger root counts.
    case equalSlotVotes = "the larger of two votes for one slot counts (July 2026)"
    /// A vote whose head does not descend from the finalized block is refused.
    case headOffFinalized = "a head off the finalized chain is refused (July 2026)"

    /// Whether a mismatch is about what the rule decides.
    func explains(_ mismatch: Mismatch) -> Bool {
      switch self {
      case .equalSlotVotes:
        ["head ", "weights ", "safe target "].contains { mismatch.expected.contains("): \($0)") }
      case .headOffFinalized:
        mismatch.expected.hasSuffix("): accepted")
          && mismatch.actual.contains("): HEAD_NOT_DESCENDANT_OF_FINALIZED")
      }
    }
  }

  /// The rules by the name of the test that made the case.
  static let rules: [String: Rule] = [
    "test_block_builder_fixed_point_advances_justification": .equalSlotVotes,
    "test_block_with_maximum_attestations": .equalSlotVotes,
    "test_finalization_prunes_stale_attestation_signatures": .headOffFinalized,
    "test_produce_block_enforces_max_attestations_data_limit": .equalSlotVotes,
    "test_same_slot_equivocating_attesters_count_once": .equalSlotVotes,
  ]

  /// The rule that explains why a case of the test called `name` came out otherwise.
  static func rule(for name: String, _ mismatch: Mismatch) -> Rule? {
    rules[name].flatMap { $0.explains(mismatch) ? $0 : nil }
  }
}
