import Foundation
import Hashing
import NodeTestSupport
import Testing

@testable import Storage

struct StoredFileTests {
  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.path("file.sqlite")
  }

  private func state(_ format: FileFormat) -> StoredFile.State {
    StoredFile(format, path: path).state
  }

  private func alter(_ body: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    body(&data)
    try data.write(to: URL(filePath: path))
  }

  @Test func `a closed file is read whole, and nothing is left beside it`() throws {
    try JournalStore(path: path).close()
    #expect(state(.journal) == .closed(format: 1, damage: nil))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)
        == ["file.sqlite"])
  }

  @Test func `another kind of file is foreign`() throws {
    #expect(state(.journal) == .missing)
    try ChainDatabase(path: path, genesis: .zero).close()
    #expect(state(.journal) == .foreign)
    try Data("no database at all".utf8).write(to: URL(filePath: path))
    #expect(state(.chain) == .foreign)
  }

  @Test func `a damaged page is found`() throws {
    try ChainDatabase(path: path, genesis: .zero).close()
    try alter { data in
      for index in 4_096..<data.count { data[index] = 0xA5 }
    }
    guard case .closed(_, let damage) = state(.chain) else {
      Issue.record("\(state(.chain))")
      return
    }
    #expect(damage != nil)
  }

  @Test func `the database of another network is refused without being opened for work`() throws {
    let (ours, theirs) = (root(1), root(2))
    #expect(StoredFile(.chain, path: path).refusal(genesis: ours) == nil)
    try ChainDatabase(path: path, genesis: theirs).close()
    #expect(StoredFile(.chain, path: path).refusal(genesis: theirs) == nil)
    let refusal = try #require(StoredFile(.chain, path: path).refusal(genesis: ours))
    #expect(refusal.contains("belongs to another network (genesis \(theirs.short)"))
    #expect(refusal.hasSuffix("give another --data-dir, or move the file away"))
    do throws(ChainDatabaseError) {
      try ChainDatabase(path: path, genesis: ours).close()
      Issue.record("the node takes what the look refuses")
    } catch {
      #expect(error.description == refusal)
    }
    try Data("log".utf8).write(to: URL(filePath: path + "-wal"))
    #expect(StoredFile(.chain, path: path).refusal(genesis: ours) == refusal)
  }

  private func signingStart(
    _ policy: JournalPolicy = .strict, on genesis: Bytes32, slot: UInt64?
  ) -> JournalStart? {
    StoredFile(.journal, path: path)
      .signingStart(
        keys: [publicKey(7)], genesis: genesis, policy: policy, currentSlot: slot)
  }

  @Test(arguments: JournalPolicy.allCases)
  func `what keys will find in a journal is known before the node starts`(
    policy: JournalPolicy
  )
    throws
  {
    #expect(signingStart(on: .zero, slot: 5) == nil, "there is no file")
    let journal = try openJournal(path, genesis: root(2), currentSlot: 500)
    _ = try journal.claim(claim(slot: 510, 1))
    try journal.close()
    for slot in [nil, 5, 505, 600] as [UInt64?] {
      for genesis in [root(1), root(2)] {
        let expected = signingStart(policy, on: genesis, slot: slot)
        // A copy, because a start raises floors.
        let copy = scratch.path("copy-\(slot ?? 0)-\(genesis.bytes[0])")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let real = try SigningJournal(path: copy, genesis: genesis, policy: policy)
        let found = try real.start(publicKeys: [publicKey(7)], currentSlot: slot)
        try real.close()
        #expect(expected == found)
      }
    }
    let other = try #require(signingStart(.strict, on: root(1), slot: 5))
    #expect(other.costsDuties)
  }

  @Test func `a file that was not closed waits for its next start`() throws {
    try JournalStore(path: path).close()
    try Data("log".utf8).write(to: URL(filePath: path + "-wal"))
    #expect(state(.journal) == .unclosed(format: 1))
  }
}
