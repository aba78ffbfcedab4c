import Foundation
import Hashing
import NodeTestSupport
import SigningLedger
import Storage
import Testing

/// Real processes, really killed.
struct JournalCrashTests {
  /// A journal with slot 9 signed by a process that ended in good order.
  private func journalWithHistory() throws -> Scratch {
    let scratch = try Scratch()
    #expect(try sign(scratch, now: "-", slot: 9, root: 1).output.hasPrefix("signed \(root(1)) "))
    return scratch
  }

  private func sign(
    _ scratch: Scratch, now: String = "10", slot: Int, root: Int, diesAt step: String? = nil
  ) throws -> ChildResult {
    let arguments = ["claim", scratch.journal, now, "\(slot)", "\(root)"]
    return try Child(arguments + (step.map { [$0] } ?? [])).finish()
  }

  private let killed = ChildResult(status: SIGKILL, wasKilled: true)

  @Test(arguments: ["beforeClaim", "beforeCommit"])
  func `a signer killed before the commit has signed nothing, so another root may be signed`(
    step: String
  ) throws {
    let scratch = try journalWithHistory()
    #expect(try sign(scratch, slot: 10, root: 1, diesAt: step) == killed)
    let second = try sign(scratch, slot: 10, root: 2)
    #expect(second.output.hasPrefix("signed \(root(2)) "))
  }

  @Test(arguments: ["afterCommit", "afterSign"])
  func `a signer killed after the commit may have signed, so only the same root is signed`(
    step: String
  ) throws {
    let scratch = try journalWithHistory()
    #expect(try sign(scratch, slot: 10, root: 1, diesAt: step) == killed)
    let other = try sign(scratch, slot: 10, root: 2)
    #expect(
      other == ChildResult(errors: "\(ClaimRefusal.alreadySigned(root: root(1)))\n", status: 2))
    let same = try sign(scratch, slot: 10, root: 1)
    #expect(same.output.hasPrefix("signed \(root(1)) "))
    #expect(try sign(scratch, slot: 10, root: 1) == same)
    #expect(try sign(scratch, slot: 11, root: 2).output.hasPrefix("signed \(root(2)) "))
  }

  @Test func `votes of many keys, killed at any moment, never sign two roots with one leaf`() throws
  {
    let scratch = try Scratch()
    var roots: [String: Set<String>] = [:]
    var kills = 0
    for (round, milliseconds) in [30, 60, 90, 120, 150, 60_000].enumerated() {
      let child = try Child(["vote", scratch.journal, "\(round + 1)", "30"])
      // A thread of its own: other tests may keep every queue busy until the child has ended.
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
        if child.process.isRunning { kill(child.process.processIdentifier, SIGKILL) }
      }
      let result = try child.finish()
      kills += result.wasKilled ? 1 : 0
      for line in result.output.split(separator: "\n") {
        let words = line.split(separator: " ")
        // The last line of a killed process may be cut.
        guard words.count == 3, words[2].count == 66 else { continue }
        roots["\(words[0]) \(words[1])", default: []].insert("\(words[2])")
      }
    }
    #expect(kills > 0)
    #expect(roots.count > 20 * 64)
    #expect(roots.values.allSatisfy { $0.count == 1 })
  }

  @Test
  func
    `scenario 30: a second process on one journal is refused with one line and the first lives on`()
    throws
  {
    let scratch = try Scratch()
    let first = try Child(["hold", scratch.journal])
    #expect(first.firstOutput() == "holding\n")
    let second = try sign(scratch, slot: 5, root: 1)
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
    #expect(try sign(scratch, slot: 10, root: 1, diesAt: "afterCommit") == killed)
    let database = try Data(contentsOf: URL(filePath: scratch.journal))
    let log = try Data(contentsOf: URL(filePath: scratch.journal + "-wal"))
    // A claim's last frame is torn: the commit never happened as far as any signer could know.
    for cut in stride(from: 0, to: log.count, by: 997) {
      let torn = try Scratch()
      try database.write(to: URL(filePath: torn.journal))
      try log.prefix(log.count - cut).write(to: URL(filePath: torn.journal + "-wal"))
      let refusal = "\(ClaimRefusal.alreadySigned(root: root(1)))\n"
      #expect(try sign(torn, slot: 9, root: 2).errors == refusal)
      if cut == 0 { #expect(try sign(torn, slot: 10, root: 2).errors == refusal) }
    }
  }
}
