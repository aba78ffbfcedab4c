import Consensus
import Hashing
import SSZ
import Testing
import XMSS

@testable import Syncing

struct CheckpointCheckTests {
  private let genesis: State
  private let state: State
  private let block: Block

  /// The chain of two slots without votes.
  init() throws {
    let keys = try (0..<8).map { try #require(PublicKey([UInt8](repeating: $0, count: 52))) }
    let entries = (0..<4).map { (index: Int) -> Validator in
      Validator(
        attestationPublicKey: keys[2 * index], proposalPublicKey: keys[2 * index + 1],
        index: ValidatorIndex(UInt64(index)))
    }
    let validators = try Validators(entries)
    genesis = State(genesisTime: 1_000, validators: validators)
    var state = genesis
    let first = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: genesis.hashTreeRoot(),
      body: BlockBody())
    let root = first.hashTreeRoot()
    state.slot = 2
    state.historicalBlockHashes = try HistoricalBlockHashes([root, .zero])
    state.latestJustified = Checkpoint(root: root, slot: 0)
    state.latestFinalized = Checkpoint(root: root, slot: 0)
    var block = Block(
      slot: 2, proposerIndex: 2, parentRoot: root, stateRoot: .zero, body: BlockBody())
    state.latestBlockHeader = block.header
    block.stateRoot = state.hashTreeRoot()
    self.state = state
    self.block = block
  }

  private func refusal(
    _ block: Block? = nil, _ state: State? = nil, slot: Slot = 2
  ) -> CheckpointRefusal? {
    do throws(CheckpointRefusal) {
      try CheckpointCheck.check(
        block ?? self.block, state ?? self.state, genesis: genesis, slot: slot)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a pair that fits is taken, also a slot early`() {
    #expect(refusal() == nil)
    #expect(refusal(slot: 1) == nil)
    #expect(refusal(slot: 0) == .fromTheFuture(2, now: 0))
  }

  @Test func `genesis itself is taken`() {
    let first = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: genesis.hashTreeRoot(),
      body: BlockBody())
    #expect(refusal(first, genesis) == nil)
  }

  @Test func `a state of another chain is refused by what differs`() throws {
    var other = state
    other.config.genesisTime = 999
    #expect(refusal(nil, other) == .otherGenesisTime(999, ours: 1_000))
    other = state
    other.validators = try Validators(Array(state.validators.prefix(3)))
    #expect(refusal(nil, other) == .otherValidators)
    other.validators = try Validators([])
    #expect(refusal(nil, other) == .noValidators)
    other = state
    other.historicalBlockHashes = try HistoricalBlockHashes([SHA256.hash([1]), .zero])
    #expect(refusal(nil, other) == .otherGenesisBlock(SHA256.hash([1])))
  }

  @Test func `a state that contradicts itself is refused`() throws {
    var other = state
    other.historicalBlockHashes = try HistoricalBlockHashes([block.parentRoot])
    #expect(refusal(nil, other) == .inconsistent("1 block roots at slot 2"))
    other = state
    other.latestFinalized = Checkpoint(root: SHA256.hash([1]), slot: 1)
    #expect(
      refusal(nil, other) == .inconsistent("its finalized block is not in its own history"))
    other.latestFinalized = Checkpoint(root: .zero, slot: Slot(.max))
    #expect(
      refusal(nil, other) == .inconsistent("its finalized block is not in its own history"))
    other.latestFinalized = Checkpoint(root: .zero, slot: 1)
    #expect(
      refusal(nil, other) == .inconsistent("its finalized block is after its justified one"))
  }

  @Test func `any bit of the block that differs is found`() throws {
    let bytes = block.sszBytes()
    // The last four bytes are the offset of a list: another one does not decode.
    for bit in 0..<(bytes.count - 8) * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      guard let other = try? Block(ssz: flipped) else { continue }
      #expect(refusal(other) != nil, "bit \(bit)")
    }
  }

  @Test func `any byte of the state that differs is found`() throws {
    let bytes = state.sszBytes()
    for index in bytes.indices {
      var flipped = bytes
      flipped[index] ^= 0x10
      guard let other = try? State(ssz: flipped) else { continue }
      #expect(refusal(nil, other) != nil, "byte \(index)")
    }
  }
}
