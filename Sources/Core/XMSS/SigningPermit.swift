public import Hashing

/// The right to sign one message for one slot with one key, spent by signing.
///
/// A second message for a slot would reveal enough of the one-time key to forge signatures, so
/// whoever makes permits must remember what it has permitted. Only `SigningLedger` makes them:
/// durably in the signing journal (`Storage`), in memory in tests and simulations. A tidy test
/// finds any other place, and there is no other way to sign.
public struct SigningPermit: ~Copyable, Sendable {
  /// The key that may sign.
  public let publicKey: PublicKey

  /// The slot whose one-time key is used.
  public let slot: UInt64

  /// The root that is signed.
  public let message: Bytes32

  /// Creates the permit for a claim that is recorded.
  package init(publicKey: PublicKey, slot: UInt64, message: Bytes32) {
    self.publicKey = publicKey
    self.slot = slot
    self.message = message
  }
}
