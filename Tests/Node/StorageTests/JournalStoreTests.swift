import Foundation
import GRDB
import Hashing
import NodeTestSupport
import SigningLedger
import Testing

@testable import Storage

struct JournalStoreTests {
  @Test func `a missing directory is named, with the remedy`() {
    let error = #expect(throws: JournalError.self) {
      try JournalStore(path: "/nonexistent/keys/journal.sqlite")
    }
    #expect(error?.code == .inaccessible)
    #expect(
      error?.description == "signing journal /nonexistent/keys/journal.sqlite cannot be created "
        + "(No such file or directory); create its directory, or give another place with --journal")
  }

  @Test func `a file that is no journal is refused and left alone`() throws {
    let scratch = try Scratch()
    let text = Data("these are not the pages you are looking for".utf8)
    try text.write(to: URL(filePath: scratch.journal))
    let error = #expect(throws: JournalError.self) { try JournalStore(path: scratch.journal) }
    #expect(error?.code == .damaged)
    #expect(try Data(contentsOf: URL(filePath: scratch.journal)) == text)
  }

  @Test func `two stores in one process exclude each other too`() throws {
    let scratch = try Scratch()
    let first = try JournalStore(path: scratch.journal)
    let error = #expect(throws: JournalError.self) { try JournalStore(path: scratch.journal) }
    #expect(error?.code == .inUse)
    try first.close()
    try JournalStore(path: scratch.journal).close()
  }

  @Test func `a full database forfeits the duty, and works again when there is space`() throws {
    let scratch = try Scratch()
    let journal = try openJournal(scratch.journal, keys: Array(0..<64), currentSlot: nil)
    func limit(pages: Int) throws {
      try journal.store.queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA max_page_count = \(pages)")
      }
    }
    let pages = try journal.store.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    try limit(pages: pages)
    var refused: SigningClaim?
    for slot in 1...200 as ClosedRange<UInt64> where refused == nil {
      do throws(JournalError) {
        _ = try journal.claim((0..<64).map { claim($0, slot: slot, 1) })
      } catch {
        #expect(error.code == .full)
        #expect(error.description.contains("nothing was signed; free some space"))
        refused = claim(0, slot: slot, 2)
      }
    }
    let again = try #require(refused)
    try limit(pages: 1_000_000)
    // The refused root was never durable, so another one may take its slot.
    #expect(try journal.claim(again).committed().grant == .new)
  }

  @Test(.enabled(if: canMount, "needs root and mount(8)"))
  func `a full disk forfeits the duty and loses no claim`() throws {
    let scratch = try Scratch()
    let disk = scratch.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    #expect(run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk) == 0)
    defer { _ = run("umount", disk) }
    let path = disk + "/journal.sqlite"
    let journal = try openJournal(path, currentSlot: nil)
    var lastGranted: UInt64 = 0
    var failure: JournalError?
    for slot in 1...500 as ClosedRange<UInt64> where failure == nil {
      do throws(JournalError) {
        _ = try journal.claim(claim(slot: slot, 1))
        lastGranted = slot
      } catch {
        failure = error
      }
    }
    #expect(failure?.code == .full)
    #expect(lastGranted > 0)
    try? journal.close()
    #expect(run("mount", "-o", "remount,size=4m", disk) == 0)
    let restarted = try openJournal(path, currentSlot: lastGranted)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try restarted.claim(claim(slot: lastGranted, 2)).committed()
    }
    try restarted.close()
  }
}

private let canMount = getuid() == 0 && run("mount", "--version") == 0

private func run(_ arguments: String...) -> Int32 {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  do { try process.run() } catch { return -1 }
  process.waitUntilExit()
  return process.terminationStatus
}
