import Foundation
import SSZ
import XMSS

/// A public key that is told apart by one byte.
func publicKey(_ byte: UInt8) -> PublicKey {
  guard let bytes = Bytes52([UInt8](repeating: byte, count: 52)) else {
    preconditionFailure("52 bytes are 52 bytes")
  }
  return PublicKey(bytes)
}

/// The 104 digits of ``publicKey(_:)``, where `byte` has two digits.
func digits(_ byte: UInt8) -> String {
  String(repeating: String(byte, radix: 16), count: 52)
}

/// A directory of its own that goes away with the test.
final class Scratch {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "swiftlet-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: directory)
  }

  func path(_ name: String) -> String { directory.appending(path: name).path }
}
