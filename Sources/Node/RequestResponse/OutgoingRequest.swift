package import Consensus
package import Hashing
private import SSZ
private import Wire

/// One request of ours, from its first byte to the end of the answer: a machine without a stream.
///
/// The owner opens a stream of the request's protocol, writes ``opening`` and closes its half:
/// some clients read to the end before they answer. Then it hands over what arrives.
package struct OutgoingRequest {
  /// What happens to the stream.
  package enum Input {
    /// The peer sent bytes.
    case received(ArraySlice<UInt8>)
    /// The peer closed its half.
    case ended
    /// The peer reset the stream, or the connection ended.
    case reset
    /// Nothing: ``OutgoingRequest/deadline`` may have passed.
    case time
  }

  /// What the owner does.
  package enum Effect: Equatable {
    /// The peer's status.
    case status(Status)
    /// A block that was asked for, as soon as it has arrived.
    case block(SignedBlock, root: Bytes32)
    /// Nothing more comes; the owner drops the machine, and resets the stream if `resets`.
    case end(Outcome, resets: Bool)
  }

  /// How the request went.
  package enum Outcome: Equatable {
    /// The peer answered in full; what it does not have it left out.
    case answered
    /// The peer answered with an error, maybe after some blocks.
    case refused(ResponseCode, text: String)
    /// The answer did not come in time.
    case timedOut
    /// The stream ended before the answer.
    case abandoned
    /// A range whose blocks do not follow each other: some peers serve blocks of a fork, and are
    /// not to blame for it.
    case disconnected
    /// No correct peer sends this.
    case misconduct(Misconduct)
  }

  /// What no correct peer sends.
  package enum Misconduct: Equatable {
    /// Bytes that are no chunk, status or block.
    case malformed
    /// A block that was not asked for, or a second time.
    case unaskedBlock
    /// More after a status.
    case surplus
  }

  /// The next chunk must be whole within this time: leanSpec's `RESP_TIMEOUT` for all of them.
  static let chunkTime = Duration.seconds(10)

  /// 1,024 blocks at 8 MB/s are 32 s; a peer that drips is cut off with twice that.
  static let totalTime = Duration.seconds(60)

  /// The bytes to write before closing the writing half.
  package let opening: [UInt8]

  /// When ``Input/time`` must be handed over; `nil` once the request has ended.
  package var deadline: Duration? { hasEnded ? nil : min(chunkDeadline, finalDeadline) }

  private var reader: ResponseReader
  private var expectation: Expectation
  private var chunkDeadline: Duration
  private let finalDeadline: Duration
  private var hasEnded = false

  /// Begins a request; `now` is any monotonic time.
  package init(_ request: Request, at now: Duration) {
    opening = request.encoded
    expectation = Expectation(request)
    reader = ResponseReader(limit: expectation.maximumBytes)
    chunkDeadline = now + Self.chunkTime
    finalDeadline = now + Self.totalTime
  }

  /// Takes what happened and says what to do; does nothing after the end.
  package mutating func handle(_ input: Input, at now: Duration) -> [Effect] {
    guard !hasEnded else { return [] }
    switch input {
    case .received(let bytes): return receive(bytes, at: now)
    case .ended: return peerEnded()
    case .reset: return [end(.abandoned, resets: false)]
    case .time:
      guard let deadline, now >= deadline else { return [] }
      return [end(.timedOut, resets: true)]
    }
  }

  private mutating func receive(_ bytes: ArraySlice<UInt8>, at now: Duration) -> [Effect] {
    var bytes = bytes
    var effects: [Effect] = []
    while !hasEnded, !bytes.isEmpty {
      do {
        guard let chunk = try reader.next(&bytes) else { break }
        chunkDeadline = now + Self.chunkTime
        effects.append(take(chunk))
      } catch {
        effects.append(end(.misconduct(.malformed), resets: true))
      }
    }
    return effects
  }

  private mutating func take(_ chunk: ResponseChunk) -> Effect {
    guard chunk.code == .success else {
      let text = String(decoding: chunk.content, as: UTF8.self)
      return end(.refused(chunk.code, text: text), resets: true)
    }
    switch expectation.take(chunk.content) {
    case .success(let effect): return effect
    case .failure(let failure): return end(failure.outcome, resets: true)
    }
  }

  private mutating func peerEnded() -> [Effect] {
    do {
      if let chunk = try reader.end() { return [take(chunk)] }
      return [end(expectation.isMet ? .answered : .abandoned, resets: false)]
    } catch {
      return [end(.abandoned, resets: false)]
    }
  }

  private mutating func end(_ outcome: Outcome, resets: Bool) -> Effect {
    hasEnded = true
    return .end(outcome, resets: resets)
  }
}
