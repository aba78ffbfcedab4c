internal import ChainEvents
internal import Hashing

/// The topics of `/lean/v0/events`, with the fields that ethlambda's stream has in their order.
package enum ChainTopic: String, Sendable, CaseIterable {
  case head
  case block
  case justifiedCheckpoint = "justified_checkpoint"
  case finalizedCheckpoint = "finalized_checkpoint"
  case blockGossip = "block_gossip"
  case attestation
  case aggregate

  /// Reads the `topics` of a query: names between commas.
  ///
  /// - Throws: ``Problem``, whose words are those of ethlambda.
  static func parse(_ list: String?) throws(Problem) -> Set<ChainTopic> {
    guard let list, !list.isEmpty else {
      throw Problem(description: "missing required query parameter: topics")
    }
    var topics: Set<ChainTopic> = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let topic = ChainTopic(rawValue: String(name)) else {
        throw Problem(description: "unknown topic: \(name.prefix(64))")
      }
      topics.insert(topic)
    }
    return topics
  }

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }
}

/// One event as a frame of server-sent events.
struct ChainFrame {
  let topic: ChainTopic
  let data: String

  /// `nil` for an event that ethlambda's stream does not tell: votes and aggregates that were not
  /// accepted, and everything that is ours alone.
  init?(_ event: ChainEvent) {
    guard case .forkChoice(let event) = event else { return nil }
    switch event {
    case .head(let slot, let block, let state):
      (topic, data) = (.head, Self.checkpoint(slot, block.description, state?.description))
    case .justified(let slot, let block, let state):
      (topic, data) = (
        .justifiedCheckpoint, Self.checkpoint(slot, block.description, state?.description)
      )
    case .finalized(let slot, let block, let state):
      (topic, data) = (
        .finalizedCheckpoint, Self.checkpoint(slot, block.description, state?.description)
      )
    case .block(let block):
      (topic, data) = (.block, Self.block(block.slot, block.block.description))
    case .blockGossip(let slot, let block, _, _, _, _):
      (topic, data) = (.blockGossip, Self.block(slot, block.description))
    case .attestation(let vote) where vote.verdict == .accepted:
      (topic, data) = (
        .attestation, #"{"validator_id":\#(vote.validator),"data":\#(Self.vote(vote.vote))}"#
      )
    case .aggregate(let aggregate) where aggregate.verdict == .accepted:
      let voters = aggregate.participants.members.map { String($0) }.joined(separator: ",")
      (topic, data) = (
        .aggregate, #"{"participants":[\#(voters)],"data":\#(Self.vote(aggregate.vote))}"#
      )
    default: return nil
    }
  }

  private static func checkpoint(_ slot: UInt64, _ block: String, _ state: String?) -> String {
    let state = state.map { #","state":"\#($0)""# } ?? ""
    return #"{"slot":\#(slot),"block":"\#(block)"\#(state)}"#
  }

  private static func block(_ slot: UInt64, _ block: String) -> String {
    #"{"slot":\#(slot),"block":"\#(block)"}"#
  }

  private static func vote(_ vote: Vote) -> String {
    #"{"slot":\#(vote.slot),"head":\#(point(vote.head)),"target":\#(point(vote.target)),"#
      + #""source":\#(point(vote.source))}"#
  }

  private static func point(_ point: VotePoint) -> String {
    #"{"root":"\#(point.root)","slot":\#(point.slot)}"#
  }
}
