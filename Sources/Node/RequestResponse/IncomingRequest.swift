package import Consensus
package import Hashing
private import SSZ
private import Wire

/// One request of a peer, from its first byte to the end of our answer: a machine without a stream.
///
/// It asks its owner for one thing at a time, and for the next only when the transport has taken
/// the last: however slowly a peer reads, it holds one block of ours.
package struct IncomingRequest {
  /// What happens to the stream, and what the owner found.
  package enum Input: Sendable {
    /// The peer sent bytes.
    case received(ArraySlice<UInt8>)
    /// The peer closed its half.
    case ended
    /// The peer reset the stream or wants no more of it, or the connection ended.
    case reset
    /// The transport took the chunk and has room for another.
    case written
    /// Our status; `nil` when there is none yet.
    case status(Status?)
    /// The SSZ of the signed block that was looked up; `nil` when it is not here.
    case block([UInt8]?)
    /// The roots of the range that was looked up.
    case range(RangeAnswer)
    /// Nothing: ``IncomingRequest/deadline`` may have passed.
    case time
  }

  /// What is known of a range of slots.
  package enum RangeAnswer: Sendable {
    /// The roots of the canonical blocks in the range, ascending by slot; slots may be empty.
    case roots([Bytes32])
    /// The range begins before the blocks that are kept.
    case outsideHistory
    /// Blocks of the range, or below it, are still missing here.
    case incompleteHistory
  }

  /// What the owner does.
  package enum Effect: Equatable {
    /// Find our status and hand it over; the peer said what its own is.
    case findStatus(peers: Status)
    /// Find the signed block of a root and hand it over.
    case findBlock(Bytes32)
    /// Find the canonical blocks of `count` slots from `start` and hand them over.
    case findRange(start: Slot, count: UInt64)
    /// Write, in one call; leanSpec takes one read for a whole status.
    case write([UInt8])
    /// Close our half: all clients read to the end.
    case finish
    /// Reset the stream.
    case reset
    /// The machine is done; the owner drops it.
    case end(Outcome)
  }

  /// How the request went.
  package enum Outcome: Equatable, Sendable {
    /// It was answered; blocks that are not here were left out.
    case answered(blocks: Int)
    /// The peer got an error.
    case refused(Refusal)
    /// The peer did not send its request, or did not read the answer, in time.
    case timedOut
    /// The peer gave up.
    case abandoned
    /// The peer went on sending after its request: no correct one does.
    case surplus
  }

  private enum Step {
    case reading(FramedPayloadReader)
    /// Waiting for the owner to find something.
    case finding
    /// Waiting for the transport to take a chunk, after which the answer ends with `outcome` or
    /// goes on.
    case writing(last: Outcome?)
    case ended
  }

  /// A request is a few bytes, and a chunk must leave within leanSpec's `RESP_TIMEOUT`.
  static let stepTime = Duration.seconds(10)

  /// No answer takes longer: peers have given up by then.
  static let totalTime = Duration.seconds(60)

  private let `protocol`: RequestProtocol
  private var step: Step
  /// The blocks that are still to be found and written.
  private var roots: ArraySlice<Bytes32> = []
  private var writtenBlocks = 0
  private var stepDeadline: Duration
  private let finalDeadline: Duration

  /// Begins to read a request; `now` is any monotonic time.
  package init(_ protocol: RequestProtocol, at now: Duration) {
    self.protocol = `protocol`
    step = .reading(FramedPayloadReader(limit: Request.maximumBytes(of: `protocol`)))
    stepDeadline = now + Self.stepTime
    finalDeadline = now + Self.totalTime
  }

  /// When ``Input/time`` must be handed over; `nil` once the machine is done.
  package var deadline: Duration? {
    if case .ended = step { return nil }
    return min(stepDeadline, finalDeadline)
  }

  /// Takes what happened and says what to do, within what the peer may still ask for; does nothing
  /// after the end.
  package mutating func handle(
    _ input: Input, at now: Duration, budget: inout RequestBudget
  ) -> [Effect] {
    switch (step, input) {
    case (.ended, _): return []
    case (_, .reset): return end(.abandoned)
    case (_, .time): return checkTime(now)
    case (.reading(let reader), .received(let bytes)):
      return read(bytes, reader, at: now, &budget)
    case (_, .received(let bytes)): return bytes.isEmpty ? [] : [.reset] + end(.surplus)
    case (.reading, .ended): return refuse(.malformedRequest, at: now)
    case (_, .ended): return []
    case (.finding, .status(let status)):
      guard let status else { return refuse(.internalFailure, at: now) }
      return write(
        ResponseChunk(.success, status.sszBytes()), last: .answered(blocks: 0), at: now)
    case (.finding, .block(let bytes)): return found(bytes, at: now, &budget)
    case (.finding, .range(.roots(let roots))):
      self.roots = roots[...]
      return goOn(at: now)
    case (.finding, .range(.outsideHistory)): return refuse(.outsideHistory, at: now)
    case (.finding, .range(.incompleteHistory)): return refuse(.incompleteHistory, at: now)
    case (.writing(nil), .written): return goOn(at: now)
    case (.writing(let last?), .written): return [.finish] + end(last)
    // Found too late: the peer is being told that it was.
    case (.writing, .status), (.writing, .block), (.writing, .range): return []
    case (_, .status), (_, .block), (_, .range), (_, .written):
      preconditionFailure("\(input) while \(step)")
    }
  }
}

extension IncomingRequest {
  private mutating func read(
    _ bytes: ArraySlice<UInt8>, _ reader: FramedPayloadReader, at now: Duration,
    _ budget: inout RequestBudget
  ) -> [Effect] {
    var bytes = bytes
    var reader = reader
    let request: Request
    do {
      guard let ssz = try reader.receive(&bytes) else {
        step = .reading(reader)
        return []
      }
      guard bytes.isEmpty else { return [.reset] + end(.surplus) }
      request = try Request(`protocol`, ssz: ssz)
    } catch let refusal as Refusal {
      return refuse(refusal, at: now)
    } catch {
      return refuse(.malformedRequest, at: now)
    }
    guard budget.admits(`protocol`, at: now) else { return refuse(.tooManyRequests, at: now) }
    switch request {
    case .status(let status): return find(.findStatus(peers: status), at: now)
    case .blocksByRange(let start, let count):
      return find(.findRange(start: start, count: count), at: now)
    case .blocksByRoot(let asked):
      var seen: Set<Bytes32> = []
      roots = asked.filter { seen.insert($0).inserted }[...]
      return goOn(at: now)
    }
  }

  /// Finds the next block, or ends the answer when there is none.
  private mutating func goOn(at now: Duration) -> [Effect] {
    guard let root = roots.popFirst() else {
      return [.finish] + end(.answered(blocks: writtenBlocks))
    }
    return find(.findBlock(root), at: now)
  }

  private mutating func find(_ effect: Effect, at now: Duration) -> [Effect] {
    step = .finding
    stepDeadline = now + Self.stepTime
    return [effect]
  }

  private mutating func found(
    _ block: [UInt8]?, at now: Duration, _ budget: inout RequestBudget
  ) -> [Effect] {
    guard let block else {
      budget.charge(bytes: 0, at: now)
      // A root that is asked for may be unknown; a hole in a range would look like an empty slot.
      return `protocol` == .blocksByRoot ? goOn(at: now) : refuse(.incompleteHistory, at: now)
    }
    writtenBlocks += 1
    budget.charge(bytes: block.count, at: now)
    return write(ResponseChunk(.success, block), last: nil, at: now)
  }

  private mutating func write(
    _ chunk: ResponseChunk, last: Outcome?, at now: Duration
  ) -> [Effect] {
    step = .writing(last: last)
    stepDeadline = now + Self.stepTime
    return [.write(chunk.encoded)]
  }

  private mutating func refuse(_ refusal: Refusal, at now: Duration) -> [Effect] {
    write(refusal.chunk, last: .refused(refusal), at: now)
  }

  private mutating func end(_ outcome: Outcome) -> [Effect] {
    step = .ended
    return [.end(outcome)]
  }

  private mutating func checkTime(_ now: Duration) -> [Effect] {
    guard let deadline, now >= deadline else { return [] }
    // What is late here is not the peer's fault: it gets a word, and time to read it.
    if case .finding = step, now < finalDeadline { return refuse(.internalFailure, at: now) }
    return [.reset] + end(.timedOut)
  }
}
