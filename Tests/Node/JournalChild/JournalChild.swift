private import Chain
private import Consensus
private import Foundation
private import Hashing
private import LeanNode
private import SSZ
private import SigningLedger
private import Storage
private import XMSS

/// A signer in a process of its own, for tests that kill it.
///
///     JournalChild claim JOURNAL NOW SLOT ROOT-BYTE [STEP]   claims, signs, prints the signature
///     JournalChild hold JOURNAL                              holds the journal until input ends
///     JournalChild vote JOURNAL ROOT-BYTE SLOTS              votes with many keys in each slot
///
/// NOW is the current slot, or `-` before genesis. Every child has the same key of the test scheme.
/// STEP names the place where the process kills itself: a step of the journal, or `afterSign`.
/// Exit code 2 with one line on standard error means that the journal refused.
@main
struct JournalChild {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch (arguments.first, arguments.count) {
      case ("claim", 5...6): try claim(Array(arguments.dropFirst()))
      case ("hold", 2): try hold(arguments[1])
      case ("vote", 4): try vote(Array(arguments.dropFirst()))
      default: fail("usage: see the header of JournalChild.swift", code: 64)
      }
    } catch {
      fail("\(error)", code: 2)
    }
  }

  private static func claim(_ arguments: [String]) throws {
    guard let slot = UInt64(arguments[2]), let byte = UInt8(arguments[3]) else {
      fail("SLOT and ROOT-BYTE are numbers", code: 64)
    }
    let deadly = arguments.count > 4 ? arguments[4] : nil
    let key = try secretKey()
    let journal = try SigningJournal(
      path: arguments[0], genesis: .zero, policy: .strict,
      onStep: { step in if step.rawValue == deadly { die() } })
    _ = try journal.start(publicKeys: [key.publicKey], currentSlot: UInt64(arguments[1]))
    let root = Bytes32 { $0[0] = byte }
    let claim = SigningClaim(publicKey: key.publicKey, slot: slot, root: root)
    let signature = try key.sign(journal.claim(claim).committed().permit())
    if deadly == "afterSign" { die() }
    guard key.publicKey.verify(signature, message: root, slot: slot, scheme: .test) else {
      fail("the signature does not verify", code: 70)
    }
    print("signed \(root) \(SHA256.hash(signature.bytes))")
  }

  /// Votes as a node does, slot after slot, and prints `slot validator root` for each signature.
  private static func vote(_ arguments: [String]) throws {
    guard let byte = UInt8(arguments[1]), let slots = UInt64(arguments[2]) else {
      fail("ROOT-BYTE and SLOTS are numbers", code: 64)
    }
    var random = Counter()
    let keys = try (0..<64 as Range<UInt64>).map { index in
      let key = try secretKey(using: &random)
      return ValidatorKeys(index: ValidatorIndex(index), attestation: key, proposal: key)
    }
    let journal = try SigningJournal(path: arguments[0], genesis: .zero, policy: .strict)
    _ = try journal.start(publicKeys: keys.map(\.attestation.publicKey), currentSlot: nil)
    let signer = JournaledSigner(keys: keys, journal: journal, name: "child", report: { _ in })
    let head = Checkpoint(root: Bytes32 { $0[0] = byte }, slot: 0)
    for slot in 0..<slots {
      let data = AttestationData(slot: Slot(slot), head: head, target: head, source: head)
      let root = data.hashTreeRoot()
      let isDone = DispatchSemaphore(value: 0)
      signer.sign(
        .attestations(data: data, root: root, validators: keys.map(\.index))
      ) { answer in
        if case .attestations(_, let results) = answer {
          for case (let validator, .success) in results {
            print("\(slot) \(validator.rawValue) \(root)")
          }
        }
        fflush(nil)
        isDone.signal()
      }
      isDone.wait()
    }
  }

  private static func secretKey() throws -> SecretKey {
    var random = Counter()
    return try secretKey(using: &random)
  }

  private static func secretKey(using random: inout Counter) throws -> SecretKey {
    let generation = try KeyGeneration(scheme: .test, slots: 0..<32, using: &random)
    generation.work.run()
    return try generation.finish()
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

/// A generator that gives every child the same key.
private struct Counter: RandomNumberGenerator {
  private var state: UInt64 = 0

  mutating func next() -> UInt64 {
    state += 1
    return state &* 0x9E37_79B9_7F4A_7C15
  }
}
