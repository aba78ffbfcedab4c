private import Hashing
private import SigningLedger
public import XMSS

/// Whether the keys of a folder would sign what they are supposed to.
///
/// No leaf of a real key is spent: signing is tried with a key that is thrown away.
public enum KeyCheck {
  /// What was found about one key.
  public struct Finding: Equatable, Sendable {
    /// The validator's index.
    public let index: UInt64

    /// The key's role.
    public let role: KeyRole

    /// What is wrong; `nil` when nothing is.
    public let problem: String?
  }

  /// Reads every key, on all cores: its trees must be hashes of each other and of the secret, its
  /// public key the manifest's, its slots the manifest's, its file private.
  public static func check(_ folder: KeyFolder) -> [Finding] {
    let keys = folder.manifest.validators.flatMap { validator in
      KeyRole.allCases.map { (validator, $0) }
    }
    return concurrently(keys) { validator, role in
      Finding(index: validator.index, role: role, problem: problem(folder, validator, role))
    }
  }

  private static func problem(
    _ folder: KeyFolder, _ validator: KeyManifest.Validator, _ role: KeyRole
  ) -> String? {
    let path = folder.path(of: validator[role])
    do throws(KeyFileError) {
      let file = try OpenFile(path, maximumBytes: KeyFolder.maximumKeyBytes)
      let key = try validator.secretKey(
        role, in: file, folder.manifest.scheme, checkingTrees: true)
      let first = folder.manifest.firstSlot
      let (end, overflow) = first.addingReportingOverflow(folder.manifest.slotCount)
      guard !overflow, key.activeSlots.lowerBound <= first, end <= key.activeSlots.upperBound
      else {
        return "\(path): signs slots \(key.activeSlots), "
          + "the manifest promises \(folder.manifest.slotCount) from \(first)"
      }
      return file.isExposed ? "\(path): others may read it; run chmod 600" : nil
    } catch {
      return error.description
    }
  }

  /// Signs with a fresh key and verifies: whether this machine computes the scheme right.
  ///
  /// The production scheme is tried with the devnet's shallow tree: the hashing is the same and the
  /// key takes a fraction of a second.
  /// - Throws: ``KeyFileError`` when the signature does not verify, or verifies another message.
  public static func tryThrowAwayKey(_ scheme: Scheme) throws(KeyFileError) {
    let shallow = scheme == .test ? scheme : .devnet
    var random = SystemRandomNumberGenerator()
    let slot: UInt64 = 7
    let message = Bytes32 { $0[0] = 1 }
    do {
      let generation = try KeyGeneration(scheme: shallow, slots: 0..<1, using: &random)
      runOnThreads(1) { generation.work.run() }
      let key = try generation.finish()
      var ledger = SigningLedger()
      _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
      let claim = SigningClaim(publicKey: key.publicKey, slot: slot, root: message)
      let signature = try key.sign(ledger.claim(claim).committed().permit())
      let isRight = key.publicKey.verify(signature, message: message, slot: slot, scheme: shallow)
      let isWrong = key.publicKey.verify(signature, message: .zero, slot: slot, scheme: shallow)
      guard isRight, !isWrong else {
        throw KeyFileError("a throw-away key", "signs or verifies wrongly: report this as a bug")
      }
    } catch let error as KeyFileError {
      throw error
    } catch {
      throw KeyFileError("a throw-away key", "cannot sign: \(error)")
    }
  }
}
