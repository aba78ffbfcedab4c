internal import Aggregation
private import BlockBuilding
internal import Consensus
internal import ForkChoice
private import Foundation
internal import Hashing
private import KeyFiles
internal import LeanNode
private import SSZ
private import SigningLedger
internal import Storage
internal import XMSS

/// A chain of blocks with real signatures, made as fast as this machine can, in a database.
struct SyncChain {
  /// The scheme of the keys: production's hashing below a shallow tree.
  static let scheme = Scheme.devnet

  let genesis: GenesisState
  let head: Checkpoint
  let beforeHead: Bytes32
  let finalized: Checkpoint
  let database: ChainDatabase

  /// The bytes of all blocks.
  let blockBytes: Int

  /// The last blocks with the store that they stand on, to measure the parts of an import.
  let sample: (store: Store, blocks: [SignedBlock])

  /// Blocks in the sample.
  private static let sampleCount = 256

  /// Makes keys, then the block of each slot with the votes of all validators in the slot before.
  ///
  /// - Throws: When a file cannot be written, or a rule refuses what was made.
  init(
    slots: UInt64, validators count: UInt64, folder: String, tell: (String) -> Void
  ) throws {
    tell("making the keys of \(count) validators for \(slots) slots")
    let plan = KeyPlan(
      scheme: Self.scheme, slots: 0..<slots + 1, validators: 0..<count, folder: folder,
      nodes: ["maker"])
    let manifest = try KeyMaker(
      plan, threadCount: ProcessInfo.processInfo.activeProcessorCount
    ).run()
    let keys = try KeyFolder(path: folder).load(manifest.validators)
    // So long ago that the clock is past the last slot.
    let genesisTime = UInt64(Date().timeIntervalSince1970) - (slots + 2) * Preset.secondsPerSlot
    genesis = GenesisState(
      genesisTime: genesisTime,
      validators: try Validators(
        manifest.validators.map {
          Validator(
            attestationPublicKey: $0.attestation.publicKey,
            proposalPublicKey: $0.proposal.publicKey, index: ValidatorIndex($0.index))
        }))
    var maker = try Maker(genesis, keys)
    database = try ChainDatabase(
      path: "\(folder)/server.sqlite", genesis: genesis.root, retention: .archive)
    try database.setAnchor(genesis.block, state: genesis.state)
    var anchor = Slot(0)
    var bytes = 0
    var sampleStore = maker.store
    var sampleBlocks: [SignedBlock] = []
    for slot in 1...slots {
      let isSample = slot + UInt64(Self.sampleCount) > slots
      if isSample, sampleBlocks.isEmpty { sampleStore = maker.store }
      let block = try maker.makeBlock(Slot(slot))
      bytes += block.sszByteCount
      try database.insert(block, root: maker.store.head)
      if isSample { sampleBlocks.append(block) }
      if Store.keepsState(at: maker.store.latestFinalized.slot, after: anchor),
        let block = maker.store.block(maker.store.latestFinalized.root),
        let state = maker.store.state(after: maker.store.latestFinalized.root)
      {
        try database.setAnchor(block, state: state)
        anchor = block.slot
      }
      maker.store.pruneFinalized()
      if slot.isMultiple(of: 500) { tell("made \(slot) of \(slots) blocks") }
    }
    let node = maker.store.headNode
    head = Checkpoint(root: node.root, slot: node.slot)
    beforeHead = node.block.parentRoot
    finalized = maker.store.latestFinalized
    blockBytes = bytes
    sample = (sampleStore, sampleBlocks)
  }

  /// All validators of a chain in one place.
  private struct Maker {
    var store: Store
    let keys: [LoadedKeys]
    let backend = XMSSListBackend(scheme: SyncChain.scheme)
    var ledger = SigningLedger()

    init(_ genesis: GenesisState, _ keys: [LoadedKeys]) throws {
      store = try Store(anchor: genesis.block, state: genesis.state)
      self.keys = keys
      let all = keys.flatMap { [$0.attestation.publicKey, $0.proposal.publicKey] }
      _ = ledger.start(keys: all.map(SigningKeyID.init), currentSlot: nil)
    }

    private mutating func sign(_ key: SecretKey, _ root: Bytes32, _ slot: Slot) throws -> Signature
    {
      if !key.preparedSlots.contains(slot.rawValue),
        let preparation = key.preparation(for: slot.rawValue)
      {
        preparation.work.run()
        try preparation.finish()
      }
      let claim = SigningClaim(publicKey: key.publicKey, slot: slot.rawValue, root: root)
      return try key.sign(ledger.claim(claim).committed().permit())
    }

    /// Proposes and imports the block of a slot, and lets all vote for it.
    mutating func makeBlock(_ slot: Slot) throws -> SignedBlock {
      let proposer = ValidatorIndex(slot.rawValue % UInt64(keys.count))
      store.onTick(to: Interval(of: slot), hasProposal: true)
      let view = try ProposalView(of: store, slot: slot, proposerIndex: proposer)
      let selection = try view.select()
      let proofs = try selection.compactionJobs.map { try $0.run(on: backend) }
      let candidate = try selection.compacted(by: proofs).seal()
      let signature = try sign(keys[Int(proposer.rawValue)].proposal, candidate.root, slot)
      let proof = try candidate.wrapJob(signature: signature).run(on: backend)
      let block = try candidate.proven(by: backend, with: .proof(proof))
      _ = try store.onBlock(VerifiedBlock(trusting: block))
      try vote(slot)
      return block
    }

    private mutating func vote(_ slot: Slot) throws {
      store.onTick(to: Interval(.attestationProduction, of: slot), hasProposal: false)
      let data = store.produceAttestationData(slot: slot)
      let root = data.hashTreeRoot()
      var signatures: [KeyedSignature] = []
      for key in keys {
        signatures.append(
          KeyedSignature(
            publicKey: key.attestation.publicKey, signature: try sign(key.attestation, root, slot)))
      }
      let proof = try backend.aggregate(
        children: [], signatures: signatures, message: root, slot: slot.rawValue)
      let aggregate = SignedAggregatedAttestation(
        data: data,
        proof: SingleMessageAggregate(
          participants: try AggregationBits(indices: keys.map { ValidatorIndex($0.index) }),
          proof: try ByteList512KiB(proof)))
      _ = try store.onAggregatedAttestation(VerifiedAggregate(trusting: aggregate))
    }
  }
}
