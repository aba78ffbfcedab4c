private import BlockBuilding
internal import Consensus
internal import ForkChoice
private import Hashing
private import SSZ

/// Our block builder against leanSpec's: from the same store it must make the same block.
extension Store {
  /// Builds the block of a valid step again, bit for bit.
  ///
  /// Blocks that the generator put elsewhere than on the head are no builder's work.
  func checkRebuilding(_ block: Block) throws {
    let view = try? ProposalView(of: self, slot: block.slot, proposerIndex: block.proposerIndex)
    guard let view, view.parentRoot == block.parentRoot else { return }
    let selection = try view.select(SelectionRules(order: .targetSlot))
    let merged = selection.compactionJobs.map { job in
      SingleMessageAggregate(
        participants: job.participants, proof: ByteList512KiB(unchecked: []))
    }
    let rebuilt = try selection.compacted(by: merged).seal()
    guard rebuilt.block == block else {
      throw Mismatch(
        expected: "block \(block.hashTreeRoot())",
        actual: "\(rebuilt.root) with \(rebuilt.block.body.attestations.count) attestations")
    }
  }
}
