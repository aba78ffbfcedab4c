private import Foundation
package import Hashing
package import KeyFiles

/// The file that keeps a node's secp256k1 key: 64 hexadecimal digits and a line end.
package enum PeerKeyFile {
  /// Room for digits, line end and an editor's white space.
  private static let maximumBytes = 256

  /// Reads the key.
  ///
  /// - Throws: `KeyFileError` with the remedy.
  package static func read(_ path: String) throws(KeyFileError) -> PeerIdentity {
    let data = try DurableFile.read(path, maximumBytes: maximumBytes)
    guard let identity = PeerIdentity(text: String(decoding: data, as: UTF8.self)) else {
      throw KeyFileError(path, "is no secp256k1 key; 64 hexadecimal digits are expected")
    }
    return identity
  }

  /// Reads the key, or makes one from 32 random bytes and writes it when there is no file.
  ///
  /// - Throws: `KeyFileError` with the remedy.
  package static func readOrMake(
    _ path: String, secret: () -> Bytes32
  ) throws(KeyFileError) -> PeerIdentity {
    if FileManager.default.fileExists(atPath: path) { return try read(path) }
    guard let identity = PeerIdentity(secret: secret()) else {
      throw KeyFileError(path, "was not made: the random bytes are no key; start again")
    }
    try DurableFile.create(Array(identity.text.utf8), at: path, readers: .owner)
    return identity
  }
}
