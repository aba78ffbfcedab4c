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
    try Self.load(validators, in: path, scheme: manifest.scheme, onProgress: onProgress)
  }

  /// Opens the keys of validators in a folder that needs no manifest, as ``load(_:onProgress:)``
  /// does.
  ///
  /// - Throws: ``KeyFileError`` about the first validator whose keys are not in order or in use.
  package static func load(
    _ validators: [KeyManifest.Validator], in folder: String, scheme: Scheme,
    onProgress: @escaping @Sendable (_ loaded: Int) -> Void = { _ in }
  ) throws(KeyFileError) -> [LoadedKeys] {
    raiseFileLimit(to: Self.filesPerKey * 2 * validators.count + Self.otherFiles)
    let count = Mutex(0)
    let results = concurrently(validators) { validator in
      let result = Result { () throws(KeyFileError) in try validator.load(in: folder, scheme) }
      count.withLock {
        $0 += 1
        onProgress($0)
      }
      return result
    }
    return try results.map { result throws(KeyFileError) in try result.get() }
  }
}

extension KeyManifest.Validator {
  fileprivate func load(in folder: String, _ scheme: Scheme) throws(KeyFileError) -> LoadedKeys {
    LoadedKeys(
      index: index, attestation: try lockedKey(.attestation, folder, scheme),
      proposal: try lockedKey(.proposal, folder, scheme))
  }

  private func lockedKey(
    _ role: KeyRole, _ folder: String, _ scheme: Scheme
  ) throws(KeyFileError) -> SecretKey {
    let file = try OpenFile(
      self[role].path(in: folder), maximumBytes: KeyFolder.maximumKeyBytes)
    guard file.lock() else {
      throw KeyFileError(
        file.path,
        "is in use by another process; stop that one first: "
          + "two signers with one key give the key away")
    }
    return try secretKey(role, in: file, scheme, checkingTrees: false)
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
