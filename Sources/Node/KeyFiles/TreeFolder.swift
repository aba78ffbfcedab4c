private import Foundation
package import XMSS

/// Bottom trees that keys need after the first two of their files, computed once and kept on disk.
///
/// A tree of the production scheme takes ten seconds of a core and has 4 MB of public hashes. Kept
/// here, it costs neither a second time, after a restart for example, nor memory.
public struct TreeFolder: Sendable {
  /// The folder.
  public let path: String

  /// A production tree has 4.2 MB.
  private static let maximumBytes = 8 << 20

  /// Opens a folder, made on first use.
  public init(path: String) {
    self.path = path
  }

  /// The kept tree `index` of a key; the key itself makes sure that it is one of its own.
  package func tree(_ index: UInt64, of key: PublicKey) -> (any KeyBytes)? {
    try? OpenFile(file(index, key), maximumBytes: Self.maximumBytes)
  }

  /// Keeps a tree and gives it back from the disk; `nil` when the disk does not take it.
  package func keep(_ encoding: [UInt8], _ index: UInt64, of key: PublicKey) -> (any KeyBytes)? {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard (try? DurableFile.write(encoding, to: file(index, key), readers: .owner)) != nil
    else { return nil }
    return tree(index, of: key)
  }

  /// Removes the trees of a key before `index`, whose slots are over.
  package func forget(before index: UInt64, of key: PublicKey) {
    let prefix = name(key)
    for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where file.hasPrefix(prefix) {
      let number = file.dropFirst(prefix.count).prefix { $0 != "." }
      if let kept = UInt64(number), kept < index { unlink("\(path)/\(file)") }
    }
  }

  private func file(_ index: UInt64, _ key: PublicKey) -> String {
    "\(path)/\(name(key))\(index).tree"
  }

  /// 64 bits of a key's root tell keys apart; two alike would only compute their trees anew.
  private func name(_ key: PublicKey) -> String {
    "\(key.description.dropFirst(2).prefix(16))-"
  }
}
