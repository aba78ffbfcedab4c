internal import Hashing

extension ForkChoiceEvent: EventFamily {
  enum Name: String, CaseIterable {
    case blockGossip = "block_gossip"
    case block
    case blockPending = "block_pending"
    case blockRejected = "block_rejected"
    case head
    case reorg = "chain_reorg"
    case justified = "justified_checkpoint"
    case finalized = "finalized_checkpoint"
    case safeTarget = "safe_target"
    case attestation
    case aggregate
    case justification
  }

  var name: Name {
    switch self {
    case .blockGossip: .blockGossip
    case .block: .block
    case .blockPending: .blockPending
    case .blockRejected: .blockRejected
    case .head: .head
    case .reorg: .reorg
    case .justified: .justified
    case .finalized: .finalized
    case .safeTarget: .safeTarget
    case .attestation: .attestation
    case .aggregate: .aggregate
    case .justification: .justification
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .blockGossip:
        .blockGossip(
          slot: try field("slot"), block: try field.root(), proposer: try field("proposer"),
          from: try field("from"), arrivalMilliseconds: try field("arrival_ms"),
          bytes: try field("bytes"))
      case .block: .block(try ImportedBlock(field))
      case .blockPending:
        .blockPending(
          slot: try field("slot"), block: try field("block"), parent: try field("parent"))
      case .blockRejected:
        .blockRejected(
          slot: try field("slot"), block: try field("block"), reason: try field("reason"),
          from: try field("from"))
      case .head:
        .head(slot: try field("slot"), block: try field.root(), state: try field("state"))
      case .reorg:
        .reorg(
          depth: try field("depth"), oldSlot: try field("old_slot"),
          oldHead: try field("old_head_block"), newSlot: try field("slot"),
          newHead: try field("new_head_block"))
      case .justified:
        .justified(slot: try field("slot"), block: try field.root(), state: try field("state"))
      case .finalized:
        .finalized(slot: try field("slot"), block: try field.root(), state: try field("state"))
      case .safeTarget: .safeTarget(slot: try field("slot"), block: try field("block"))
      case .attestation: .attestation(try ReceivedAttestation(field))
      case .aggregate: .aggregate(try ReceivedAggregate(field))
      case .justification:
        .justification(
          target: try field("target"), voters: try field("voters"),
          validators: try field("validators"))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .blockGossip(let slot, let block, let proposer, let from, let arrival, let bytes):
      write("slot", slot)
      write("block", block)
      write("proposer", proposer)
      write("from", from)
      write("arrival_ms", arrival)
      write("bytes", bytes)
    case .block(let block): block.write(fields: &write)
    case .blockPending(let slot, let block, let parent):
      write("slot", slot)
      write("block", block)
      write("parent", parent)
    case .blockRejected(let slot, let block, let reason, let from):
      write("slot", slot)
      write("block", block)
      write("reason", reason)
      write("from", from)
    case .reorg(let depth, let oldSlot, let oldHead, let newSlot, let newHead):
      write("depth", depth)
      write("old_slot", oldSlot)
      write("old_head_block", oldHead)
      write("slot", newSlot)
      write("new_head_block", newHead)
    case .head(let slot, let block, let state), .justified(let slot, let block, let state),
      .finalized(let slot, let block, let state):
      write("slot", slot)
      write("block", block)
      write("state", state)
    case .safeTarget(let slot, let block):
      write("slot", slot)
      write("block", block)
    case .attestation(let attestation): attestation.write(fields: &write)
    case .aggregate(let aggregate): aggregate.write(fields: &write)
    case .justification(let target, let voters, let validators):
      write("target", target)
      write("voters", voters)
      write("validators", validators)
    }
  }
}

extension ImportedBlock: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      slot: try field("slot"), block: try field.root(),
      parent: try field("parent", or: "parent_root"), proposer: try field("proposer"),
      votes: try field("votes"),
      arrivalMilliseconds: try field("arrival_ms"), importMilliseconds: try field("import_ms"),
      isOurs: try field("ours") ?? false)
  }

  func write(fields write: inout JSONWriter) {
    write("slot", slot)
    write("block", block)
    write("parent", parent)
    write("proposer", proposer)
    write("votes", votes)
    write("arrival_ms", arrivalMilliseconds)
    write("import_ms", importMilliseconds)
    write("ours", isOurs)
  }
}

extension ReceivedAttestation: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      validator: try field("validator_id"), vote: try field("data"),
      arrivalMilliseconds: try field("arrival_ms"), verdict: try field("verdict"),
      reason: try field("reason"), from: try field("from"))
  }

  func write(fields write: inout JSONWriter) {
    write("validator_id", validator)
    write("data", vote)
    write("arrival_ms", arrivalMilliseconds)
    write("verdict", verdict)
    write("reason", reason)
    write("from", from)
  }
}

extension ReceivedAggregate: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      participants: try field("participants"), vote: try field("data"),
      bytes: try field("bytes"), arrivalMilliseconds: try field("arrival_ms"),
      verdict: try field("verdict"), reason: try field("reason"), from: try field("from"))
  }

  func write(fields write: inout JSONWriter) {
    write("participants", participants)
    write("data", vote)
    write("bytes", bytes)
    write("arrival_ms", arrivalMilliseconds)
    write("verdict", verdict)
    write("reason", reason)
    write("from", from)
  }
}
