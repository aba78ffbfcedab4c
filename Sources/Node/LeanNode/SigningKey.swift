package import Chain
package import ProverWorkers
package import XMSS

/// A key that signs: in this process, or in a worker's.
package enum SigningKey: Sendable {
  /// A key of a scheme that is implemented here.
  case own(SecretKey)

  /// A key of a scheme that a worker knows.
  case worker(WorkerKey)

  /// The public half.
  package var publicKey: PublicKey {
    switch self {
    case .own(let key): key.publicKey
    case .worker(let key): key.publicKey
    }
  }

  /// The slots that the key can ever sign for.
  package var activeSlots: Range<UInt64> {
    switch self {
    case .own(let key): key.activeSlots
    case .worker(let key): key.activeSlots
    }
  }

  /// The slots that the key can sign for now.
  package var preparedSlots: Range<UInt64> {
    switch self {
    case .own(let key): key.preparedSlots
    case .worker(let key): key.preparedSlots
    }
  }

  /// Signs what `permit` allows.
  ///
  /// - Throws: Why there is no signature; the permit is spent even then.
  package func sign(_ permit: consuming SigningPermit) throws(SigningRefusal) -> Signature {
    switch self {
    case .own(let key):
      do throws(SigningError) {
        return try key.sign(permit)
      } catch {
        if case .damaged = error { throw .keyDamaged(error.description) }
        throw .keyExhausted
      }
    case .worker(let key):
      do throws(WorkerKey.Failure) {
        return try key.sign(permit)
      } catch {
        throw .signerFailed(error.description)
      }
    }
  }
}
