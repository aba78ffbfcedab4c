public import Hashing
private import SSZ
public import XMSS

/// The identity of a one-time signing key: SHA-256 of its public key's bytes.
///
/// Not the validator and not the role: one key file used for both roles is one key, and is caught.
public struct SigningKeyID: Hashable, Comparable, Sendable {
  /// The 32-byte digest of the public key.
  public let digest: Bytes32

  /// Creates the identity of the key with these public key bytes.
  public init(_ publicKey: PublicKey) {
    digest = publicKey.withBytes { SHA256.hash($0) }
  }

  /// Creates an identity from a stored digest.
  package init(digest: Bytes32) {
    self.digest = digest
  }

  /// Compares digests byte by byte: the order of every list of keys.
  public static func < (left: SigningKeyID, right: SigningKeyID) -> Bool {
    left.digest < right.digest
  }
}

/// A wish to sign `root` with the leaf of `slot` of one key.
public struct SigningClaim: Hashable, Sendable {
  /// The key whose leaf is spent.
  public let publicKey: PublicKey

  /// The key's identity in the ledger.
  public let key: SigningKeyID

  /// The slot, which is also the index of the leaf.
  public let slot: UInt64

  /// The message: the hash tree root of attestation data or of a block.
  public let root: Bytes32

  /// Creates a claim.
  public init(publicKey: PublicKey, slot: UInt64, root: Bytes32) {
    self.publicKey = publicKey
    key = SigningKeyID(publicKey)
    self.slot = slot
    self.root = root
  }
}

/// Why a claim got no permit.
public enum ClaimRefusal: Error, Hashable, Sendable {
  /// Another root holds this key and slot; signing a second one would give the key away.
  case alreadySigned(root: Bytes32)

  /// The slot is not above the key's floor: an earlier run may have signed it.
  case notAboveFloor(UInt64)

  /// Leaves are numbered with 32 bits: no key has one for this slot.
  case beyondLastLeaf

  /// The key was exported and signs elsewhere; import its record to sign here again.
  case retired

  /// The key was not named when signing started, so its floor is not known.
  case unknownKey
}

extension ClaimRefusal: CustomStringConvertible {
  /// One line for logs and the duty ledger.
  public var description: String {
    switch self {
    case .alreadySigned(let root):
      "this key already signed \(root.short) for this slot"
    case .notAboveFloor(let floor):
      "the slot is not above the key's floor \(floor)"
    case .beyondLastLeaf:
      "no key has a leaf for a slot of more than 32 bits"
    case .retired:
      "the key was exported and is retired here; import its record to use it here again"
    case .unknownKey:
      "the key was not registered with the journal when signing started"
    }
  }
}
