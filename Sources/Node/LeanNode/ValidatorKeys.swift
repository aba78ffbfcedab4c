internal import ChainEvents
public import Consensus
internal import SSZ
public import XMSS

/// The keys of one validator, one for each role.
public struct ValidatorKeys: Sendable {
  /// The validator.
  public let index: ValidatorIndex

  /// Signs votes.
  package let attestation: SigningKey

  /// Signs blocks.
  package let proposal: SigningKey

  /// Creates a pair of keys that sign in this process.
  public init(index: ValidatorIndex, attestation: SecretKey, proposal: SecretKey) {
    self.init(index: index, attestation: .own(attestation), proposal: .own(proposal))
  }

  /// Creates a pair.
  package init(index: ValidatorIndex, attestation: SigningKey, proposal: SigningKey) {
    self.index = index
    self.attestation = attestation
    self.proposal = proposal
  }

  /// Both keys with what they sign.
  var roles: [(key: SigningKey, role: KeyRole)] {
    [(attestation, .attestation), (proposal, .proposal)]
  }
}

/// Why the keys of a node do not belong to its chain.
package enum KeyMismatch: Error, Hashable, CustomStringConvertible {
  /// The chain's first state has no validators.
  case noValidators

  /// The registry ends before this validator.
  case notInRegistry(ValidatorIndex, validatorCount: Int)

  /// The registry has another key for this validator and role.
  case otherKey(ValidatorIndex, role: String)

  package var description: String {
    switch self {
    case .noValidators:
      "the genesis state has no validators, so nobody could ever propose: check the genesis files"
    case .notInRegistry(let index, let count):
      "validator \(index) is not among the \(count) of the genesis state: check which validators "
        + "this node is given"
    case .otherKey(let index, let role):
      "the \(role) key of validator \(index) is not the one that the genesis state has for it: "
        + "its signatures would be worth nothing; check the key files"
    }
  }
}

extension [ValidatorKeys] {
  /// Checks that the chain knows each key, before anything is signed with one.
  package func check(against registry: Validators) throws(KeyMismatch) {
    guard registry.count > 0 else { throw .noValidators }
    for keys in self {
      guard keys.index.isWithinRegistry(validatorCount: registry.count) else {
        throw .notInRegistry(keys.index, validatorCount: registry.count)
      }
      let validator = registry[Int(keys.index.rawValue)]
      guard validator.attestationPublicKey == keys.attestation.publicKey else {
        throw .otherKey(keys.index, role: "attestation")
      }
      guard validator.proposalPublicKey == keys.proposal.publicKey else {
        throw .otherKey(keys.index, role: "proposal")
      }
    }
  }
}
