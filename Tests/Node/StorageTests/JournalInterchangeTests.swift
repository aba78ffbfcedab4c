import Foundation
import Hashing
import NodeTestSupport
import SigningLedger
import Testing
import XMSS

@testable import Storage

struct JournalInterchangeTests {
  private func exported(_ scratch: Scratch) throws -> Data {
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    _ = try journal.claim([claim(slot: 4, 1), claim(slot: 5, 2)])
    try journal.close()
    let store = try JournalStore(path: scratch.journal)
    defer { try? store.close() }
    return try store.export(keys: nil).json()
  }

  private func imported(_ json: Data, into path: String) throws -> [JournalRecord] {
    let store = try JournalStore(path: path)
    defer { try? store.close() }
    return try store.merge(JournalInterchange(json: json))
  }

  @Test func `the record is what EIP-3076 users expect`() throws {
    let text = String(decoding: try exported(Scratch()), as: UTF8.self)
    #expect(
      text == """
        {
          "data" : [
            {
              "genesis_id" : "\(Bytes32.zero)",
              "high_water_slot" : "5",
              "pubkey" : "\(publicKey(7).description)",
              "signed" : [
                {
                  "signing_root" : "\(root(1))",
                  "slot" : "4"
                },
                {
                  "signing_root" : "\(root(2))",
                  "slot" : "5"
                }
              ]
            }
          ],
          "metadata" : {
            "interchange_format_version" : "swiftlet-one-time-1"
          }
        }
        """)
  }

  @Test func `export retires the key here`() throws {
    let scratch = try Scratch()
    _ = try exported(scratch)
    let journal = try SigningJournal(path: scratch.journal, genesis: .zero, policy: .strict)
    let start = try journal.start(publicKeys: [publicKey(7)], currentSlot: 6)
    #expect(start.standings.map(\.verdict) == [.retired])
    #expect(start.warnings.first?.contains("was exported and is retired here") == true)
    for slot in [5, 6, 100] as [UInt64] {
      #expect(throws: ClaimRefusal.retired) { try journal.claim(claim(slot: slot, 2)).committed() }
    }
  }

  @Test func `a moved key goes on where it stopped`() throws {
    let old = try Scratch()
    let new = try Scratch()
    let json = try exported(old)
    let records = try imported(json, into: new.journal)
    #expect(records.map { $0.history(under: nil).floor } == [5])
    let journal = try openJournal(new.journal, currentSlot: 6)
    #expect(try journal.claim(claim(slot: 5, 2)).committed().grant == .again)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(2))) {
      try journal.claim(claim(slot: 5, 1)).committed()
    }
    #expect(throws: ClaimRefusal.notAboveFloor(5)) {
      try journal.claim(claim(slot: 3, 1)).committed()
    }
    #expect(try journal.claim(claim(slot: 6, 1)).committed().grant == .new)
  }

  @Test func `a key that comes home signs again`() throws {
    let scratch = try Scratch()
    let json = try exported(scratch)
    _ = try imported(json, into: scratch.journal)
    let journal = try openJournal(scratch.journal, currentSlot: 6)
    #expect(try journal.claim(claim(slot: 6, 1)).committed().grant == .new)
  }

  @Test func `an older record never lowers a floor, and importing twice changes nothing`() throws {
    let source = try Scratch()
    let json = try exported(source)
    let target = try Scratch()
    let journal = try openJournal(target.journal, currentSlot: nil)
    for slot in [4, 900] as [UInt64] { _ = try journal.claim(claim(slot: slot, 1)).committed() }
    try journal.close()
    let first = try imported(json, into: target.journal)
    #expect(first.map { $0.history(under: nil).highWaterSlot } == [900])
    #expect(first.map { $0.history(under: nil).floor } == [900 - KeyHistory.retainedSlots])
    #expect(try imported(json, into: target.journal) == first)
  }

  @Test func `records that contradict each other close the slot`() throws {
    let source = try Scratch()
    let json = try exported(source)
    let target = try Scratch()
    let journal = try openJournal(target.journal, currentSlot: nil)
    _ = try journal.claim(claim(slot: 5, 9)).committed()
    try journal.close()
    let merged = try imported(json, into: target.journal)
    #expect(merged.map { $0.history(under: nil).floor } == [5])
    #expect(merged.map { $0.history(under: nil).roots[5] } == [root(9)])
  }

  @Test func `export names a key that the journal does not know`() throws {
    let scratch = try Scratch()
    _ = try exported(scratch)
    let store = try JournalStore(path: scratch.journal)
    let stranger = SigningKeyID(publicKey(8))
    let error = #expect(throws: JournalError.self) { try store.export(keys: [stranger]) }
    #expect(error?.description.contains("knows no key \(stranger.digest)") == true)
  }

  @Test func `a key that never signed has no record and stays in service`() throws {
    let scratch = try Scratch()
    try openJournal(scratch.journal, currentSlot: nil).close()
    let store = try JournalStore(path: scratch.journal)
    let error = #expect(throws: JournalError.self) { try store.export(keys: nil) }
    #expect(error?.description.contains("none of these keys ever signed") == true)
    #expect(try store.records().map(\.isRetired) == [false])
  }

  @Test(arguments: [
    ("", "it is not JSON"),
    ("{}", "metadata is missing at the top"),
    (#"{"metadata":{"interchange_format_version":"5"},"data":[]}"#, "has version 5"),
    (record(), "names no key"),
    (record(#"{"pubkey":"0x12"}"#), "genesis_id is missing at data.[0]"),
    (record(entry(publicKey: "0x12")), "data[0] pubkey is not 52 bytes"),
    (record(entry(genesis: "genesis")), "data[0] genesis_id is not 32 bytes"),
    (record(entry(highWaterSlot: "-1")), "data[0] high_water_slot is not a slot"),
    (record(entry(highWaterSlot: "4294967296")), "is not a slot from 0 to 4294967295"),
    (record(entry(slots: ["x"])), "data[0] slot is not a slot"),
    (record(entry(root: "0x00")), "data[0] signing_root is not 32 bytes"),
    (record(entry(), entry(publicKey: "")), "data[1] pubkey is not 52 bytes"),
  ])
  func `a bad record is refused in one line that says where`(json: String, text: String) throws {
    let scratch = try Scratch()
    let store = try JournalStore(path: scratch.journal)
    let error = #expect(throws: JournalError.self) {
      try store.merge(JournalInterchange(json: Data(json.utf8)))
    }
    #expect(error?.code == .badInterchange)
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `a record with two roots for one slot is of a burnt key`() throws {
    let scratch = try Scratch()
    let twice = record(entry(slots: ["7", "7"], roots: [root(1), root(2)].map(\.description)))
    let store = try JournalStore(path: scratch.journal)
    let error = #expect(throws: JournalError.self) {
      try store.merge(JournalInterchange(json: Data(twice.utf8)))
    }
    #expect(error?.description.contains("two roots for slot 7") == true)
  }
}

private func record(_ entries: String...) -> String {
  #"{"metadata":{"interchange_format_version":"swiftlet-one-time-1"},"data":["#
    + entries.joined(separator: ",") + "]}"
}

private func entry(
  publicKey key: String = publicKey(7).description, genesis: String = "\(Bytes32.zero)",
  highWaterSlot: String = "7", slots: [String] = ["7"], root one: String = "\(root(1))",
  roots: [String]? = nil
) -> String {
  let signed = zip(slots, roots ?? slots.map { _ in one }).map {
    #"{"slot":"\#($0)","signing_root":"\#($1)"}"#
  }
  return #"{"pubkey":"\#(key)","genesis_id":"\#(genesis)","high_water_slot":"\#(highWaterSlot)","#
    + #""signed":[\#(signed.joined(separator: ","))]}"#
}
