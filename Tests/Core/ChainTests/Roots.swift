import Hashing

/// A root that is told apart by one byte.
func root(_ number: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = number }
}
