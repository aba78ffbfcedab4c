private import Foundation
public import XMSS

/// A folder of validator keys with its manifest.
public struct KeyFolder: Sendable {
  /// The folder of keys inside a genesis folder, as the field's tools name it.
  public static let folderName = "hash-sig-keys"

  /// The default place of the signing journal: beside the keys, so that wiping the chain's data
  /// does not wipe it.
  public static let journalName = "signing-journal.sqlite"

  /// A key of the longest window has 13 MB; whatever is larger is no key.
  static let maximumKeyBytes = 32 << 20

  /// The folder that holds the manifest and the key files.
  public let path: String

  /// What the manifest says.
  public let manifest: KeyManifest

  /// Opens a folder of keys, or the genesis folder that holds one.
  ///
  /// - Throws: ``KeyFileError`` when there is no manifest in either, or it is not sound.
  public init(path: String) throws(KeyFileError) {
    let inside = "\(path)/\(Self.folderName)"
    let isInside = FileManager.default.fileExists(atPath: "\(inside)/\(KeyManifest.fileName)")
    self.path = isInside ? inside : path
    guard FileManager.default.fileExists(atPath: "\(self.path)/\(KeyManifest.fileName)") else {
      throw KeyFileError(
        path, "holds no \(KeyManifest.fileName); make keys with `swiftlet keys generate`")
    }
    manifest = try KeyManifest(folder: self.path)
  }

  /// The path of the journal unless another one is asked for.
  public var journalPath: String { "\(path)/\(Self.journalName)" }

  /// The path of a key's file.
  public func path(of key: KeyManifest.Key) -> String { key.path(in: path) }

  /// Opens a secret key to look at it, and makes sure that it is the manifest's.
  ///
  /// - Throws: ``KeyFileError`` when the file is missing, no key of the scheme, altered, or another
  ///   validator's.
  public func secretKey(
    of validator: KeyManifest.Validator, _ role: KeyRole
  ) throws(KeyFileError) -> SecretKey {
    let file = try OpenFile(path(of: validator[role]), maximumBytes: Self.maximumKeyBytes)
    return try validator.secretKey(role, in: file, manifest.scheme, checkingTrees: false)
  }
}

extension KeyManifest.Key {
  /// The path of the key's file.
  func path(in folder: String) -> String { file.hasPrefix("/") ? file : "\(folder)/\(file)" }
}

extension KeyManifest.Validator {
  /// Reads a secret key from an open file, and makes sure that it is this validator's.
  func secretKey(
    _ role: KeyRole, in file: OpenFile, _ scheme: Scheme, checkingTrees: Bool
  ) throws(KeyFileError) -> SecretKey {
    let key = try file.secretKey(scheme: scheme, checkingTrees: checkingTrees)
    guard key.publicKey == self[role].publicKey else {
      throw KeyFileError(
        file.path,
        "is not the \(role) key of validator \(index) in the manifest or the genesis; "
          + "restore the right file")
    }
    return key
  }
}

extension OpenFile: KeyBytes {
  /// The key whose bytes the file holds; they are read when a signature needs them.
  func secretKey(scheme: Scheme, checkingTrees: Bool) throws(KeyFileError) -> SecretKey {
    do throws(SecretKeyError) {
      return try SecretKey(stored: self, scheme: scheme, checkingTrees: checkingTrees)
    } catch {
      throw KeyFileError(
        path, "is no key of the \(scheme) scheme: \(error); restore the file or its manifest")
    }
  }
}
