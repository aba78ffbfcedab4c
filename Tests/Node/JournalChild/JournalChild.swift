private import Foundation
private import Hashing
private import SSZ
private import SigningLedger
private import Storage
private import XMSS

/// A signer in a process of its own, for tests that kill it.
///
///     JournalChild claim JOURNAL SLOT ROOT-BYTE [STEP]   claims, signs, prints `signed ROOT`
///     JournalChild hold JOURNAL                          holds the journal until its input ends
///
/// STEP names the place where the process kills itself: a step of the journal, or `afterSign`.
/// Exit code 2 with one line on standard error means that the journal refused.
@main
struct JournalChild {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch (arguments.first, arguments.count) {
      case ("claim", 4...5): try claim(Array(arguments.dropFirst()))
      case ("hold", 2): try hold(arguments[1])
      default: fail("usage: see the header of JournalChild.swift", code: 64)
      }
    } catch {
      fail("\(error)", code: 2)
    }
  }

  private static func claim(_ arguments: [String]) throws {
    guard let slot = UInt64(arguments[1]), let byte = UInt8(arguments[2]) else {
      fail("SLOT and ROOT-BYTE are numbers", code: 64)
    }
    let deadly = arguments.count > 3 ? arguments[3] : nil
    let journal = try SigningJournal(
      path: arguments[0], genesis: .zero, policy: .strict,
      onStep: { step in if step.rawValue == deadly { die() } })
    let publicKey = PublicKey(Bytes52(repeatElement(7, count: 52)) ?? Bytes52())
    _ = try journal.start(publicKeys: [publicKey], currentSlot: slot)
    let root = Bytes32 { $0[0] = byte }
    let claim = SigningClaim(publicKey: publicKey, slot: slot, root: root)
    let committed = try journal.claim(claim).committed()
    let signature = "signed \(committed.claim.root)"
    if deadly == "afterSign" { die() }
    print(signature)
  }

  private static func hold(_ path: String) throws {
    let journal = try SigningJournal(path: path, genesis: .zero, policy: .strict)
    print("holding")
    fflush(nil)
    while readLine() != nil {}
    try journal.close()
  }

  private static func die() {
    kill(getpid(), SIGKILL)
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(code)
  }
}
