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
