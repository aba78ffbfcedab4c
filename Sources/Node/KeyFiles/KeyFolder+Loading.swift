private import Foundation
private import Synchronization
public import XMSS

/// The two keys of a validator, open for signing.
public struct LoadedKeys: Sendable {
  /// The validator's index in the registry.
  public let index: UInt64

  /// Signs attestation data.
  public let attestation: SecretKey

  /// Signs block roots.
  public let proposal: SecretKey
}

extension KeyFolder {
  /// A key's own file, and two bottom trees after those in it.
  private static let filesPerKey = 3

  /// Open files beside those of keys: databases, sockets, logs.
  private static let otherFiles = 512

  /// Opens the keys of validators for signing, on all cores.
  ///
  /// Each key's file stays open and locked for this process until the key is given up, so that a
  /// second node on this machine cannot sign with it, whatever journal it has. Of its 9 MB only the
  /// secret is in memory.
  ///
  /// Blocks, on threads of its own: never call it on Swift's cooperative pool.
  /// - Parameters:
  ///   - validators: Validators of the manifest.
  ///   - onProgress: Called with the number of validators that are loaded, on any thread but never
  ///     on two at once.
  /// - Returns: The keys, in the order of `validators`.
  /// - Throws: ``KeyFileError`` about the first validator whose keys are not in order or in use.
  public func load(
    _ validators: [KeyManifest.Validator],
    onProgress: @escaping @Sendable (_ loaded: Int) -> Void = { _ in }
  ) throws(KeyFileError) -> [LoadedKeys] {
    raiseFileLimit(to: Self.filesPerKey * 2 * validators.count + Self.otherFiles)
    let count = Mutex(0)
    let results = concurrently(validators) { validator in
      let result = Result { () throws(KeyFileError) in try load(validator) }
      count.withLock {
        $0 += 1
        onProgress($0)
      }
      return result
    }
    return try results.map { result throws(KeyFileError) in try result.get() }
  }

  private func load(_ validator: KeyManifest.Validator) throws(KeyFileError) -> LoadedKeys {
    LoadedKeys(
      index: validator.index, attestation: try lockedKey(of: validator, .attestation),
      proposal: try lockedKey(of: validator, .proposal))
  }

  private func lockedKey(
    of validator: KeyManifest.Validator, _ role: KeyRole
  ) throws(KeyFileError) -> SecretKey {
    let file = try OpenFile(path(of: validator[role]), maximumBytes: Self.maximumKeyBytes)
    guard file.lock() else {
      throw KeyFileError(
        file.path,
        "is in use by another process; stop that one first: "
          + "two signers with one key give the key away")
    }
    return try secretKey(in: file, of: validator, role, checkingTrees: false)
  }
}

/// Lets the process open so many files, as far as the system's hard limit goes.
private func raiseFileLimit(to count: Int) {
  var limit = rlimit()
  let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  guard getrlimit(files, &limit) == 0, limit.rlim_cur < count else { return }
  limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
  // Without the right to, opening fails with a message of its own.
  setrlimit(files, &limit)
}
