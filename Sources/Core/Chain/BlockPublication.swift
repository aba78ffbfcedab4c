internal import ChainEvents
internal import Consensus
internal import Hashing
internal import Proposing

/// Our newest block on its way to the network, sent again until its slot ends if no peer takes it.
struct BlockPublication: Sendable {
  enum Input {
    case publish(SignedBlock, root: Bytes32)
    /// The network has it.
    case taken(Bytes32)
    /// Nobody took it.
    case refused(Bytes32)
    case proceed
  }

  /// How soon a block that no peer took is sent again.
  static let againMilliseconds: UInt64 = 100

  private struct Sending {
    let block: SignedBlock
    let root: Bytes32
    /// When it was handed over first, by the clock that never steps.
    let start: UInt64
    /// When to look at it again: soon after a failure, else when its slot ends.
    var time: UnixMilliseconds
    var isTaken = false
    var isRefused = false

    var slot: Slot { block.block.slot }
  }

  private var sending: Sending?

  mutating func handle(_ input: Input, at moment: Moment) -> [Step] {
    switch input {
    case .publish(let block, let root):
      sending = Sending(
        block: block, root: root, start: moment.reading.monotonicMilliseconds,
        time: moment.clock.start(in: block.block.slot + 1))
      return [
        .duty(.stageStarted(.publish, slot: block.block.slot.rawValue)),
        .effect(.publishBlock(block)),
      ]
    case .taken(let root):
      guard let sent = sending, sent.root == root, !sent.isTaken else { return [] }
      sending?.isTaken = true
      return [.ended(.publish, sent.slot, elapsed(sent, moment))]
    case .refused(let root):
      guard let refused = sending, refused.root == root, !refused.isTaken else { return [] }
      sending?.isRefused = true
      sending?.time = moment.now + BlockPublication.againMilliseconds
      guard !refused.isRefused else { return [] }
      return [
        .log(.warning, "no peer took the block of slot \(refused.slot): it is sent again")
      ]
    case .proceed: return proceed(moment)
    }
  }

  func nextDeadline(after now: UnixMilliseconds) -> UnixMilliseconds? {
    sending.map(\.time).flatMap { $0 > now ? $0 : nil }
  }

  private mutating func proceed(_ moment: Moment) -> [Step] {
    guard let due = sending, due.time <= moment.now else { return [] }
    let slotEnd = moment.clock.start(in: due.slot + 1)
    guard moment.now >= slotEnd else {
      sending?.time = slotEnd
      return [.effect(.publishBlock(due.block))]
    }
    sending = nil
    guard !due.isTaken else { return [] }
    return [
      .ended(
        .publish, due.slot, elapsed(due, moment), failure: "no peer took it in its slot")
    ]
  }

  private func elapsed(_ sent: Sending, _ moment: Moment) -> UInt64 {
    moment.reading.monotonicMilliseconds - sent.start
  }
}
