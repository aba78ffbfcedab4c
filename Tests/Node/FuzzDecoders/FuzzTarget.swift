/// One decoder under the fuzzer.
struct FuzzTarget: Sendable {
  /// The name on the command line.
  let name: String

  /// Inputs to begin with, besides every hexadecimal text of the vectors.
  var seeds: @Sendable () throws -> [[UInt8]] = { [] }

  /// Gives the decoder an input; stops the process when something that must hold does not.
  let run: @Sendable (_ input: [UInt8]) -> Void

  /// Every target, by the room that it tests.
  static let all =
    wire + identity + requests + gossip + peers + endpoints + consensus + workers
}

/// Stops the process: the fuzzer keeps the input.
func demand(_ condition: Bool, _ rule: String) {
  precondition(condition, rule)
}

/// Cuts an input into pieces of the size that its first byte gives.
func pieces(of input: [UInt8]) -> [ArraySlice<UInt8>] {
  guard let first = input.first else { return [] }
  let rest = input.dropFirst()
  let size = Int(first) + 1
  return stride(from: rest.startIndex, to: rest.endIndex, by: size).map { start in
    rest[start..<min(start + size, rest.endIndex)]
  }
}
