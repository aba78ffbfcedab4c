import Foundation
import Hashing
import KeyFiles
import SSZ
import XMSS

/// The key of a validator in these tests: no real one, but told apart by its bytes.
func key(_ index: Int, _ role: String) -> String {
  let bytes = ["a", "b"].flatMap { SHA256.hash(Array("\(index)\(role)\($0)".utf8)).bytes }
  return String(Hexadecimal.encode(bytes.prefix(52)).dropFirst(2))
}

func publicKey(_ index: Int, _ role: String) throws -> PublicKey {
  guard let bytes = Hexadecimal.decode(key(index, role)), let value = Bytes52(bytes) else {
    throw KeyFileError("test", "52 bytes are 52 bytes")
  }
  return PublicKey(value)
}

func yaml(_ text: String, _ path: String = "file.yaml") throws -> YAMLValue {
  try YAMLValue(yaml: Data(text.utf8), path: path)
}
