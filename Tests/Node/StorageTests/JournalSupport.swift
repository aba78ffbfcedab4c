import Foundation
import Hashing
import NodeTestSupport
import SSZ
import SigningLedger
import Storage
import XMSS

extension Scratch {
  var journal: String { path("journal.sqlite") }
}

/// A root that is told apart by one byte.
func root(_ byte: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = byte }
}

/// A public key that is told apart by one byte.
func publicKey(_ byte: UInt8) -> PublicKey {
  guard let bytes = Bytes52([UInt8](repeating: byte, count: 52)) else {
    preconditionFailure("52 bytes are 52 bytes")
  }
  return PublicKey(bytes)
}

func claim(_ key: UInt8 = 7, slot: UInt64, _ byte: UInt8) -> SigningClaim {
  SigningClaim(publicKey: publicKey(key), slot: slot, root: root(byte))
}

/// Opens a journal and names keys, as a process does when it starts.
func openJournal(
  _ path: String, genesis: Bytes32 = .zero, policy: JournalPolicy = .strict,
  keys: [UInt8] = [7], currentSlot: UInt64?
) throws -> SigningJournal {
  let journal = try SigningJournal(path: path, genesis: genesis, policy: policy)
  _ = try journal.start(publicKeys: keys.map(publicKey), currentSlot: currentSlot)
  return journal
}

/// What a `JournalChild` process did.
struct ChildResult: Equatable {
  var output = ""
  var errors = ""
  var status: Int32 = 0
  var wasKilled = false
}

/// A running `JournalChild`.
struct Child {
  let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()

  init(_ arguments: [String]) throws {
    // The test bundle and the child are built into one directory.
    let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let candidates = [bundle, URL(filePath: CommandLine.arguments[0])]
      .map { $0.deletingLastPathComponent().appending(path: "JournalChild") }
    process.executableURL =
      candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? candidates[0]
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Waits for the first bytes of output.
  func firstOutput() -> String {
    String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func finish() throws -> ChildResult {
    try input.fileHandleForWriting.close()
    let output = try output.fileHandleForReading.readToEnd() ?? Data()
    let errors = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return ChildResult(
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self),
      status: process.terminationStatus,
      wasKilled: process.terminationReason == .uncaughtSignal)
  }
}
