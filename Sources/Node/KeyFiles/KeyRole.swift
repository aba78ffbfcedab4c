/// What a validator's key signs; each validator has one key for each.
public enum KeyRole: String, CaseIterable, Hashable, Sendable {
  /// Attestation data.
  case attestation

  /// Block roots.
  case proposal

  /// The word in file names and manifests of the field's tools.
  public var fileWord: String {
    switch self {
    case .attestation: "attester"
    case .proposal: "proposer"
    }
  }

  /// The secret key's file, as `lean-quickstart` names it.
  public func secretKeyFile(validator index: UInt64) -> String {
    "validator_\(index)_\(fileWord)_key_sk.ssz"
  }

  /// The public key's file, as `lean-quickstart` names it.
  public func publicKeyFile(validator index: UInt64) -> String {
    "validator_\(index)_\(fileWord)_key_pk.ssz"
  }

  /// The role that a file name tells, in the spelling of any tool of the field.
  ///
  /// `nil` when the name tells none or both.
  public init?(fileName: String) {
    let isAttestation = fileName.contains("attest")
    let isProposal = fileName.contains("propos")
    guard isAttestation != isProposal else { return nil }
    self = isAttestation ? .attestation : .proposal
  }
}
