import Foundation
import Hashing
import SigningLedger
import Storage
import Testing

/// Real processes, really killed.
struct JournalCrashTests {
  /// A journal with slot 9 claimed by a process that ended in good order.
  private func journalWithHistory() throws -> Scratch {
    let scratch = try Scratch()
    let before = try openJournal(scratch.journal, currentSlot: nil)
    _ = try before.claim(claim(slot: 9, 1)).committed()
    try before.close()
    return scratch
  }

  @Test(arguments: ["beforeClaim", "beforeCommit"])
  func `a signer killed before the commit has signed nothing, so another root may be signed`(
    step: String
  ) throws {
    let scratch = try journalWithHistory()
    let killed = try runChild("claim", scratch.journal, "10", "1", step)
    #expect(killed == ChildResult(status: SIGKILL, wasKilled: true))
    let second = try runChild("claim", scratch.journal, "10", "2")
    #expect(second == ChildResult(output: "signed \(root(2))\n"))
  }

  @Test(arguments: ["afterCommit", "afterSign"])
  func `a signer killed after the commit may have signed, so only the same root is signed`(
    step: String
  ) throws {
    let scratch = try journalWithHistory()
    let killed = try runChild("claim", scratch.journal, "10", "1", step)
    #expect(killed == ChildResult(status: SIGKILL, wasKilled: true))
    let other = try runChild("claim", scratch.journal, "10", "2")
    #expect(other.status == 2)
    #expect(other.errors == "\(ClaimRefusal.alreadySigned(root: root(1)))\n")
    let same = try runChild("claim", scratch.journal, "10", "1")
    #expect(same == ChildResult(output: "signed \(root(1))\n"))
    let next = try runChild("claim", scratch.journal, "11", "2")
    #expect(next == ChildResult(output: "signed \(root(2))\n"))
  }

  @Test func `a second process on one journal is refused with one line and the first lives on`()
    throws
  {
    let scratch = try Scratch()
    let first = try Child(["hold", scratch.journal])
    #expect(first.firstOutput() == "holding\n")
    let second = try runChild("claim", scratch.journal, "5", "1")
    #expect(second.status == 2)
    #expect(second.errors.split(separator: "\n").count == 1)
    #expect(second.errors.contains("is in use by another process; stop that process first"))
    #expect(try first.finish() == ChildResult())
  }

  @Test func `a killed holder frees the journal`() throws {
    let scratch = try Scratch()
    let first = try Child(["hold", scratch.journal])
    #expect(first.firstOutput() == "holding\n")
    first.kill()
    let journal = try openJournal(scratch.journal, currentSlot: nil)
    _ = try journal.claim(claim(slot: 1, 1)).committed()
  }

  @Test func `a log torn at any byte keeps every claim that was committed before it`() throws {
    let scratch = try journalWithHistory()
    #expect(try runChild("claim", scratch.journal, "10", "1", "afterCommit").wasKilled)
    let database = try Data(contentsOf: URL(filePath: scratch.journal))
    let log = try Data(contentsOf: URL(filePath: scratch.journal + "-wal"))
    // A claim's last frame is torn: the commit never happened as far as any signer could know.
    for cut in stride(from: 0, to: log.count, by: 997) {
      let torn = try Scratch()
      try database.write(to: URL(filePath: torn.journal))
      try log.prefix(log.count - cut).write(to: URL(filePath: torn.journal + "-wal"))
      let journal = try openJournal(torn.journal, currentSlot: 10)
      #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
        try journal.claim(claim(slot: 9, 2)).committed()
      }
      if cut == 0 {
        #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
          try journal.claim(claim(slot: 10, 2)).committed()
        }
      }
      try journal.close()
    }
  }
}
