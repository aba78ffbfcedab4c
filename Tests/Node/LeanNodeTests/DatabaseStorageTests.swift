import Chain
import Consensus
import Foundation
import Hashing
import NodeTestSupport
import SSZ
import Storage
import Synchronization
import Testing

@testable import LeanNode

struct DatabaseStorageTests {
  private let scratch: Scratch
  private let database: ChainDatabase

  init() throws {
    scratch = try Scratch()
    database = try ChainDatabase(path: scratch.path("chain.sqlite"), genesis: .zero)
  }

  private func storage(_ told: Told = Told()) -> DatabaseStorage {
    DatabaseStorage(database: database, keptAnchor: 0, name: "test", report: told.add)
  }

  private func anchorSlot() throws -> Slot? { try database.anchor()?.block.slot }

  @Test func `blocks are written in order, and a whole state once in 256 slots`() throws {
    let storage = storage()
    for slot in 1...300 as ClosedRange<UInt64> {
      storage.keep(try block(slot))
      storage.keep(try anchor(slot))
    }
    // The state at the end is not asked for yet.
    while try anchorSlot() == nil { usleep(1_000) }
    let kept = try #require(try anchorSlot())
    #expect((256...300).contains(kept))
    storage.finish()
    #expect(try anchorSlot() == 300)
    #expect(try count() == 300)
  }

  @Test func `a node that dies leaves the state it kept last, and one that stops the newest`()
    throws
  {
    let dying = storage()
    dying.keep(try anchor(200))
    dying.abandon()
    dying.finish()
    #expect(try anchorSlot() == nil)
    let stopping = storage()
    stopping.keep(try anchor(200))
    stopping.finish()
    #expect(try anchorSlot() == 200)
  }

  @Test(.enabled(if: canMount, "needs root and mount(8)"), .timeLimit(.minutes(5)))
  func `a full disk is told once, loses nothing, and is told to be over`() throws {
    let disk = scratch.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    #expect(run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk) == 0)
    defer { _ = run("umount", disk) }
    let database = try ChainDatabase(path: disk + "/chain.sqlite", genesis: .zero)
    let told = Told()
    let storage = DatabaseStorage(
      database: database, keptAnchor: 0, name: "test", report: told.add)
    for slot in 1...40 as ClosedRange<UInt64> {
      storage.keep(try block(slot, proofBytes: 40_000))
    }
    while told.lines.isEmpty { usleep(1_000) }
    // Two attempts later it is still one line.
    usleep(2_500_000)
    #expect(told.lines.count == 1)
    #expect(told.lines.first??.contains("the disk is full; free some space") == true)
    #expect(run("mount", "-o", "remount,size=16m", disk) == 0)
    while told.lines.count < 2 { usleep(1_000) }
    #expect(told.lines.last == .some(nil))
    storage.finish()
    var slots: [Slot] = []
    #expect(try database.forEachBlock(after: 0) { slots.append($0.block.slot) } == 0)
    #expect(slots == (1...40).map { Slot($0) })
    try database.close()
  }

  private func count() throws -> Int {
    var count = 0
    _ = try database.forEachBlock(after: 0) { _ in count += 1 }
    return count
  }
}

struct StorageBacklogTests {
  private func slots(_ backlog: inout StorageBacklog) -> [Slot] {
    var slots: [Slot] = []
    while let record = backlog.next {
      switch record {
      case .block(let block, _): slots.append(block.block.slot)
      case .anchor(let block, _): slots.append(block.slot + 1_000_000)
      }
      _ = backlog.endWriting()
    }
    return slots
  }

  @Test func `at the limit the newest blocks are dropped, told once, and the next state is due`()
    throws
  {
    var backlog = StorageBacklog(keptAnchor: 0)
    let size = 1 << 19
    var told: [String] = []
    for slot in 1...200 as ClosedRange<UInt64> {
      if let line = backlog.add(try block(slot, proofBytes: size)) { told.append(line) }
    }
    #expect(told.count == 1)
    #expect(told.first?.contains("blocks wait for the disk: newer ones are not kept") == true)
    let kept = slots(&backlog)
    #expect(kept == (1...127).map { Slot($0) })
    // After a hole the state goes first chance, without waiting for its turn.
    _ = backlog.add(try anchor(190))
    #expect(slots(&backlog) == [1_000_190])
    _ = backlog.add(try anchor(191))
    #expect(slots(&backlog) == [])
  }

  @Test func `a full disk keeps what waits, any other failure costs one record`() throws {
    var backlog = StorageBacklog(keptAnchor: 0)
    for slot in 1...3 as ClosedRange<UInt64> { _ = backlog.add(try block(slot)) }
    let news = [("full", true), ("full", true), ("broken", false)]
      .map { backlog.fail($0, isTransient: $1) }
    #expect(news == [true, false, true])
    let isOver = [backlog.endWriting(), backlog.endWriting()]
    #expect(isOver == [true, false])
    #expect(backlog.next == nil)
  }

  @Test func `the queue stays as small as what waits`() throws {
    var backlog = StorageBacklog(keptAnchor: 0)
    for slot in 1...10_000 as ClosedRange<UInt64> {
      _ = backlog.add(try block(slot))
      if slot > 10 { _ = backlog.endWriting() }
    }
    #expect(slots(&backlog).count == 10)
  }
}

private func block(_ slot: UInt64, proofBytes: Int = 1) throws -> ChainRecord {
  let block = Block(
    slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody())
  return .block(
    SignedBlock(
      block: block,
      proof: MultiMessageAggregate(proof: try .init([UInt8](repeating: 1, count: proofBytes)))),
    root: block.hashTreeRoot())
}

private func anchor(_ slot: UInt64) throws -> ChainRecord {
  .anchor(
    Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody()),
    State(genesisTime: 7, validators: try Validators([])))
}

/// What a storage said.
private final class Told: Sendable {
  private let said = Mutex<[String?]>([])
  var lines: [String?] { said.withLock { $0 } }
  func add(_ line: String?) { said.withLock { $0.append(line) } }
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
