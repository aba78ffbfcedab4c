import Consensus
import Hashing
import RequestResponse
import SSZ
import Wire

/// A chain of empty signed blocks in the given slots, each the parent of the next.
func chain(_ slots: [UInt64]) throws -> [SignedBlock] {
  var parent = Bytes32.zero
  return try slots.map { slot in
    let block = Block(
      slot: Slot(slot), proposerIndex: ValidatorIndex(0), parentRoot: parent, stateRoot: .zero,
      body: BlockBody(attestations: try .init([])))
    parent = block.hashTreeRoot()
    return SignedBlock(block: block, proof: MultiMessageAggregate(proof: try .init([1, 2, 3])))
  }
}

extension SignedBlock {
  var root: Bytes32 { block.hashTreeRoot() }

  /// The block as a chunk of an answer.
  var chunk: [UInt8] { ResponseChunk(.success, sszBytes()).encoded }
}

let sampleStatus = Status(
  finalized: Checkpoint(root: Bytes32 { $0[0] = 1 }, slot: Slot(4)),
  head: Checkpoint(root: Bytes32 { $0[0] = 2 }, slot: Slot(9)))
