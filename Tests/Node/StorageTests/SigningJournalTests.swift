import Foundation
import GRDB
import Hashing
import NodeTestSupport
import SigningLedger
import Testing

@testable import Storage

struct SigningJournalTests {
  @Test func `a claim outlives its process`() throws {
    let scratch = try Scratch()
    let first = try openJournal(scratch.journal, currentSlot: nil)
    #expect(try first.claim(claim(slot: 3, 1)).committed().grant == .new)
    try first.close()
    let second = try openJournal(scratch.journal, currentSlot: 3)
    #expect(try second.claim(claim(slot: 3, 1)).committed().grant == .again)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try second.claim(claim(slot: 3, 2)).committed()
    }
    #expect(try second.claim(claim(slot: 4, 2)).committed().grant == .new)
  }

  @Test func `every commit reaches the disk and the file is private`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    _ = try journal.claim(claim(slot: 3, 1)).committed()
    let settings = try journal.store.read { database in
      try ["journal_mode", "synchronous", "locking_mode"].map {
        try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
      }
    }
    #expect(settings == ["wal", "2", "exclusive"])
    for suffix in ["", "-wal"] {
      let path = scratch.journal + suffix
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(path)")
    }
  }

  @Test func `64 attestations are claimed in one commit, and repeating them costs none`() throws {
    let scratch = try Scratch()
    let keys = (0..<64).map(UInt8.init)
    let journal = try openJournal(scratch.journal, keys: keys, currentSlot: nil)
    let counter = CommitCounter()
    journal.store.queue.add(transactionObserver: counter)
    let claims = keys.map { claim($0, slot: 300, 1) }
    let outcomes = try journal.claim(claims)
    #expect(try outcomes.map { try $0.committed().claim } == claims)
    #expect(counter.count == 1)
    #expect(try journal.claim(claims).allSatisfy { (try? $0.committed().grant) == .again })
    #expect(counter.count == 1)
    _ = try journal.claim(claim(0, slot: 301, 2)).committed()
    #expect(counter.count == 2)
  }

  @Test func `the file forgets what lies below the floor`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    for slot in [1, 2, 300, 500] as [UInt64] {
      _ = try journal.claim(claim(slot: slot, 1)).committed()
    }
    let history = try #require(try journal.store.records().first?.chains[.zero])
    #expect(history.roots == [300: root(1), 500: root(1)])
    #expect(history.floor == 500 - KeyHistory.retainedSlots)
  }

  @Test func `a key of a running chain without history signs after two slots`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: 100)
    #expect(throws: ClaimRefusal.notAboveFloor(102)) {
      try journal.claim(claim(slot: 102, 1)).committed()
    }
    #expect(try journal.claim(claim(slot: 103, 1)).committed().grant == .new)
  }

  @Test func `floors raised for a clock that jumped hold for every key, after a restart too`()
    throws
  {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, keys: [7, 8], currentSlot: nil)
    let counter = CommitCounter()
    journal.store.queue.add(transactionObserver: counter)
    try journal.raiseFloors(through: 12)
    #expect(counter.count == 1)
    // A floor never falls.
    try journal.raiseFloors(through: 5)
    func check(_ journal: SigningJournal) throws {
      for key in [7, 8] as [UInt8] {
        for slot in [1, 12] as [UInt64] {
          #expect(throws: ClaimRefusal.notAboveFloor(12)) {
            try journal.claim(claim(key, slot: slot, 1)).committed()
          }
        }
      }
    }
    try check(journal)
    try journal.close()
    let second = try openJournal(scratch.journal, keys: [7, 8], currentSlot: 3)
    try check(second)
    #expect(try second.claim(claim(8, slot: 13, 1)).committed().grant == .new)
  }

  @Test func `no clock raises a floor beyond the last slot of a key`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    try journal.raiseFloors(through: .max)
    #expect(throws: ClaimRefusal.notAboveFloor(KeyHistory.lastSlot)) {
      try journal.claim(claim(slot: KeyHistory.lastSlot, 1)).committed()
    }
  }

  @Test func `floors that cannot be made durable are refused`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    try journal.close()
    #expect(throws: JournalError.self) { try journal.raiseFloors(through: 12) }
  }

  @Test func `an old copy restored beside a running chain signs nothing that it may have signed`()
    throws
  {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    _ = try journal.claim(claim(slot: 90, 1)).committed()
    try journal.close()
    let copy = scratch.path("copy.sqlite")
    try FileManager.default.copyItem(atPath: scratch.journal, toPath: copy)
    let original = try openJournal(scratch.journal, currentSlot: 90)
    for slot in 91...101 as ClosedRange<UInt64> {
      _ = try original.claim(claim(slot: slot, 1)).committed()
    }
    try original.close()
    // Slot 100 by the clock; the original signed one slot ahead.
    let restored = try openJournal(copy, currentSlot: 100)
    for slot in 91...102 as ClosedRange<UInt64> {
      #expect(throws: ClaimRefusal.notAboveFloor(102)) {
        try restored.claim(claim(slot: slot, 2)).committed()
      }
    }
    #expect(try restored.claim(claim(slot: 103, 2)).committed().grant == .new)
  }

  @Test func `a clock that stepped back signs nothing twice`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    for slot in 1...5 as ClosedRange<UInt64> {
      _ = try journal.claim(claim(slot: slot, 1)).committed()
    }
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try journal.claim(claim(slot: 2, 2)).committed()
    }
    try journal.close()
    let restarted = try openJournal(scratch.journal, currentSlot: 2)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try restarted.claim(claim(slot: 3, 2)).committed()
    }
  }

  @Test func `a clock that stepped ahead and back turns duties off and says so`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    _ = try journal.claim(claim(slot: 100_000, 1)).committed()
    try journal.close()
    let restarted = try SigningJournal(path: scratch.journal, genesis: .zero, policy: .strict)
    let start = try restarted.start(publicKeys: [publicKey(7)], currentSlot: 20)
    #expect(start.standings.map(\.verdict) == [.floorFarAhead])
    let name = start.standings[0].key.digest.short
    #expect(
      start.warnings == [
        "key \(name) signs only above slot 100000, but the current slot is 20; "
          + "its duties are off; a clock was wrong: set the clock, or make new keys"
      ])
    #expect(throws: ClaimRefusal.notAboveFloor(100_000)) {
      try restarted.claim(claim(slot: 21, 2)).committed()
    }
  }

  @Test func `strict counts signatures of every genesis`() throws {
    let scratch = try Scratch()
    let first = try openJournal(scratch.journal, genesis: root(1), currentSlot: nil)
    _ = try first.claim(claim(slot: 500, 1)).committed()
    try first.close()
    let second = try SigningJournal(path: scratch.journal, genesis: root(2), policy: .strict)
    let start = try second.start(publicKeys: [publicKey(7)], currentSlot: nil)
    #expect(start.standings.map(\.verdict) == [.floorFarAhead])
    #expect(start.warnings.first?.contains("genesis is still to come") == true)
    #expect(start.warnings.first?.contains("choose the devnet policy") == true)
    #expect(throws: ClaimRefusal.notAboveFloor(500)) {
      try second.claim(claim(slot: 1, 2)).committed()
    }
  }

  @Test func `devnet counts signatures of its own genesis and says aloud what that costs`() throws {
    let scratch = try Scratch()
    let first = try openJournal(
      scratch.journal, genesis: root(1), policy: .devnet, currentSlot: nil)
    _ = try first.claim(claim(slot: 5, 1)).committed()
    try first.close()
    let second = try SigningJournal(path: scratch.journal, genesis: root(2), policy: .devnet)
    let start = try second.start(publicKeys: [publicKey(7)], currentSlot: nil)
    let key = SigningKeyID(publicKey(7))
    #expect(start.standings == [KeyStanding(key: key, floor: nil, verdict: .signs)])
    #expect(
      start.reusedKeys == [ReusedKey(key: key, genesis: root(1), highWaterSlot: 5)])
    #expect(start.warnings.first?.contains("ITS ONE-TIME SECURITY IS GONE") == true)
    #expect(try second.claim(claim(slot: 5, 2)).committed().grant == .new)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(2))) {
      try second.claim(claim(slot: 5, 3)).committed()
    }
    try second.close()
    // Back under strict, what either chain signed is closed.
    let third = try openJournal(scratch.journal, genesis: root(2), currentSlot: 6)
    #expect(throws: (any Error).self) { try third.claim(claim(slot: 5, 3)).committed() }
  }

  @Test func `journal and ledger decide alike over random claims and restarts`() throws {
    let scratch = try Scratch()
    var generator = SplitMix(state: 42)
    var ledger = SigningLedger()
    var journal = try openJournal(scratch.journal, keys: [1, 2], currentSlot: nil)
    let keys = [1, 2].map { SigningKeyID(publicKey($0)) }
    _ = ledger.start(keys: keys, currentSlot: nil)
    for step in 0..<2_000 {
      let slot = UInt64(step / 4) + UInt64.random(in: 0..<4, using: &generator)
      let wish = (0..<3).map { _ in
        claim(
          UInt8.random(in: 1...3, using: &generator), slot: slot,
          UInt8.random(in: 0..<2, using: &generator))
      }
      #expect(try journal.claim(wish) == ledger.claim(wish))
      if step.isMultiple(of: 97) {
        try journal.close()
        journal = try SigningJournal(path: scratch.journal, genesis: .zero, policy: .strict)
        #expect(
          try journal.start(publicKeys: [1, 2].map(publicKey), currentSlot: slot).standings
            == ledger.start(keys: keys, currentSlot: slot))
      }
    }
  }

  @Test func `a closed journal grants nothing`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    try journal.close()
    let error = #expect(throws: JournalError.self) { try journal.claim(claim(slot: 1, 1)) }
    #expect(error?.code == .stopped)
  }
}

/// Counts the commits of a database.
private final class CommitCounter: TransactionObserver {
  var count = 0
  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ database: Database) { count += 1 }
  func databaseDidRollback(_ database: Database) {}
}

/// SplitMix64 as a generator.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
