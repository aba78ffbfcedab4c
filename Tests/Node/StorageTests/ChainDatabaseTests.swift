import Consensus
import Foundation
import GRDB
import Hashing
import NodeTestSupport
import SSZ
import Storage
import Testing

struct ChainDatabaseTests {
  @Test func `a new database has no place to start from`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    #expect(try database.resumption() == nil)
    #expect(try database.block(.zero) == nil)
  }

  @Test func `after a restart the anchor and the blocks behind it come back by slot`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let blocks = try [5, 3, 4].map { try signedBlock(slot: $0) }
    var database = try ChainDatabase(path: file, genesis: .zero)
    for block in blocks { try database.insert(block, root: block.block.hashTreeRoot()) }
    try database.setAnchor(blocks[1].block, state: try makeState())
    try database.close()

    database = try ChainDatabase(path: file, genesis: .zero)
    let resumption = try #require(try database.resumption())
    #expect(resumption.anchor == blocks[1].block)
    #expect(try resumption.state == makeState())
    #expect(resumption.blocks == [blocks[2], blocks[0]])
    #expect(try database.block(blocks[0].block.hashTreeRoot()) == blocks[0])
  }

  @Test func `blocks far behind the anchor are forgotten`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    let old = try signedBlock(slot: 1)
    try database.insert(old, root: old.block.hashTreeRoot())
    let anchor = try signedBlock(slot: 2 + ChainDatabase.retainedSlots)
    try database.setAnchor(anchor.block, state: try makeState())
    #expect(try database.block(old.block.hashTreeRoot()) == nil)
  }

  @Test func `a block stored twice is kept once`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    let block = try signedBlock(slot: 1)
    for _ in 0..<2 { try database.insert(block, root: block.block.hashTreeRoot()) }
    #expect(try database.block(block.block.hashTreeRoot()) == block)
  }

  @Test func `the database of another network is refused with the remedy`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    try ChainDatabase(path: file, genesis: .zero).close()
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: SHA256.hash([1]))
    }
    #expect(error?.code == .foreign)
    #expect(error?.description.contains("--data-dir") == true)
  }

  @Test func `a second holder is refused`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let holder = try ChainDatabase(path: file, genesis: .zero)
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: .zero)
    }
    #expect(error?.code == .inUse)
    try holder.close()
  }

  @Test func `a file that is no database is refused`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    try Data(repeating: 0x55, count: 8_192).write(to: URL(filePath: file))
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: .zero)
    }
    #expect(error?.code == .damaged)
  }

  @Test func `a stored block that does not decode is refused, not trapped on`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    var database = try ChainDatabase(path: file, genesis: .zero)
    try database.setAnchor(try signedBlock(slot: 1).block, state: try makeState())
    try database.close()
    let queue = try DatabaseQueue(path: file)
    try queue.write { try $0.execute(sql: "UPDATE anchor SET state = x'0011'") }
    try queue.close()

    database = try ChainDatabase(path: file, genesis: .zero)
    let error = #expect(throws: ChainDatabaseError.self) { try database.resumption() }
    #expect(error?.code == .damaged)
  }

  @Test func `a directory that is not there is refused`() {
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: "/nonexistent/chain.sqlite", genesis: .zero)
    }
    #expect(error?.code == .inaccessible)
  }
}

private func makeState() throws -> State {
  State(genesisTime: 7, validators: try Validators([]))
}

private func signedBlock(slot: UInt64) throws -> SignedBlock {
  SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: SHA256.hash([UInt8(slot & 0xFF)]),
      stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList([UInt8(slot & 0xFF)])))
}
