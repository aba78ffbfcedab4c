internal import ChainHost
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition
private import Synchronization

/// Blocks and states.
extension LeanAPI {
  /// A state after a block: SSZ unless JSON is asked for.
  ///
  /// Its header names no state root, as after the transition: so whoever starts from it computes the
  /// root that the block has. leanSpec: `process_block_header`.
  func state(_ id: BlockID, _ request: APIRequest) -> APIAnswer {
    let view = source.view()
    guard id != .invalid else { return .failure(400, "invalid state_id") }
    guard let form = request.form(default: .ssz) else { return Self.notAcceptable }
    let root = id.root(in: view)
    if let known = kept.withLock({ $0.states[form] }), known.of == root { return known.answer }
    guard let root, var state = state(after: root, in: view) else {
      return .failure(
        404,
        "state not found: there are those of blocks from the finalized one on, at most "
          + "\(Self.replayLimit) blocks after it")
    }
    state.latestBlockHeader.stateRoot = .zero
    let answer = form == .ssz ? APIAnswer.ssz(state.sszBytes()) : .json(state)
    kept.withLock { $0.states[form] = (root, answer) }
    return answer
  }

  /// Blocks that one request may run through the state transition: a few milliseconds each, and
  /// finality is behind by that many in trouble only.
  private static let replayLimit = 64

  /// The state after a block that is not older than the finalized one, made again from the nearest
  /// one that is kept.
  private func state(after root: Bytes32, in view: ChainView) -> State? {
    var blocks: [Block] = []
    var next = root
    while blocks.count <= Self.replayLimit {
      if let kept = [view.head, view.finalizedNode].first(where: { $0.root == next })?.state {
        return try? blocks.reversed().reduce(kept) { try $0.stateTransition($1) }
      }
      guard let block = source.block(next)?.block, block.slot > view.finalized.slot else {
        return nil
      }
      blocks.append(block)
      next = block.parentRoot
    }
    return nil
  }

  /// A block: `finalized` in SSZ with its proof, others in JSON without, unless the client says.
  func block(_ id: BlockID, _ request: APIRequest) -> APIAnswer {
    guard id != .invalid else { return .failure(400, "invalid block_id") }
    let view = source.view()
    guard let root = id.root(in: view) else { return Self.noBlock }
    guard let form = request.form(default: id == .finalized ? .ssz : .json) else {
      return Self.notAcceptable
    }
    if form == .json {
      return known(root, in: view).map { .json(BlockJSON($0)) } ?? Self.noBlock
    }
    if let block = source.block(root) { return .ssz(block.sszBytes()) }
    // An anchor has no proof: it is trusted, and nobody signed the genesis block.
    guard root == view.finalized.root, view.finalizedNode.slot == 0 else { return Self.noBlock }
    return .ssz(
      SignedBlock(
        block: view.finalizedNode.block,
        proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: []))
      ).sszBytes())
  }

  /// The header of a block.
  func header(_ id: BlockID) -> APIAnswer {
    guard id != .invalid else { return .failure(400, "invalid block_id") }
    let view = source.view()
    let block = id.root(in: view).flatMap { known($0, in: view) }
    return block.map { .json(HeaderJSON($0.header)) } ?? Self.noBlock
  }

  private func known(_ root: Bytes32, in view: ChainView) -> Block? {
    [view.head, view.finalizedNode].first { $0.root == root }?.block ?? source.block(root)?.block
  }

  private static let noBlock = APIAnswer.failure(404, "block not found")

  private static let notAcceptable = APIAnswer.failure(
    406, "this route answers application/json or application/octet-stream")
}
