internal import Wire

/// Agreeing on what a stream is for, multistream-select 1.0.0: every message is a length, a line
/// and its end.
///
/// leanSpec: `node/networking/transport/multistream.py`.
enum Multistream {
  static let header = "/multistream/1.0.0"
  static let refusal = "na"

  /// Bytes of a message, its end included: leanSpec's limit.
  static let messageLimit = 1_024

  /// Proposals that are answered on one stream: leanSpec's limit.
  static let proposalLimit = 10

  static func encode(_ line: String) -> [UInt8] {
    UnsignedVarint.encode(line.utf8.count + 1) + line.utf8 + [UInt8(ascii: "\n")]
  }
}

/// Why a stream could not be agreed on.
package enum MultistreamError: Error, Hashable, Sendable {
  /// The peer's bytes are no messages.
  case malformed

  /// The peer does not begin with the header.
  case wrongHeader

  /// The peer takes none of what we proposed.
  case refused

  /// The peer answered with something else than what we proposed.
  case wrongAnswer

  /// The peer proposed ten things that we do not know.
  case tooManyProposals
}

/// Cuts what arrives into lines.
private struct LineReader {
  /// At most a message and what came with it in one read.
  private(set) var buffered: [UInt8] = []

  mutating func append(_ bytes: [UInt8]) { buffered += bytes }

  mutating func next() throws(MultistreamError) -> String? {
    var cursor = ByteCursor(buffered[...])
    let line: ArraySlice<UInt8>
    do {
      line = try cursor.lengthPrefixed(limit: Multistream.messageLimit)
    } catch .truncated {
      return nil
    } catch {
      throw .malformed
    }
    guard line.last == UInt8(ascii: "\n") else { throw .malformed }
    buffered = Array(cursor.rest)
    return String(decoding: line.dropLast(), as: UTF8.self)
  }

  mutating func takeRest() -> [UInt8] {
    let rest = buffered
    buffered = []
    return rest
  }
}

/// What a side does after it has read.
struct MultistreamStep: Hashable {
  /// What to send.
  var answer: [UInt8] = []

  /// What was agreed on, once it was.
  var agreed: String?

  /// What came after the agreement, and belongs to it.
  var rest: [UInt8] = []
}

/// The side that opened the stream and proposes.
struct MultistreamDialer {
  private let proposals: [String]
  private var index = 0
  private var hasHeader = false
  private var reader = LineReader()

  /// Proposes `proposals`, the best first.
  init(proposals: [String]) {
    precondition(!proposals.isEmpty, "a stream is for something")
    self.proposals = proposals
  }

  /// What is sent at once: the header and the first proposal together save a round trip.
  var opening: [UInt8] { Multistream.encode(Multistream.header) + Multistream.encode(proposals[0]) }

  mutating func receive(_ bytes: [UInt8]) throws(MultistreamError) -> MultistreamStep {
    reader.append(bytes)
    var step = MultistreamStep()
    while let line = try reader.next() {
      guard hasHeader else {
        guard line == Multistream.header else { throw .wrongHeader }
        hasHeader = true
        continue
      }
      if line == proposals[index] {
        step.agreed = line
        step.rest = reader.takeRest()
        return step
      }
      guard line == Multistream.refusal else { throw .wrongAnswer }
      index += 1
      guard index < proposals.count else { throw .refused }
      step.answer += Multistream.encode(proposals[index])
    }
    return step
  }
}

/// The side that answers.
struct MultistreamListener {
  private let isKnown: (String) -> Bool
  private var proposalCount = 0
  private var hasHeader = false
  private var reader = LineReader()

  /// Agrees to what `isKnown`.
  init(isKnown: @escaping (String) -> Bool) {
    self.isKnown = isKnown
  }

  mutating func receive(_ bytes: [UInt8]) throws(MultistreamError) -> MultistreamStep {
    reader.append(bytes)
    var step = MultistreamStep()
    while let line = try reader.next() {
      guard hasHeader else {
        guard line == Multistream.header else { throw .wrongHeader }
        hasHeader = true
        step.answer += Multistream.encode(Multistream.header)
        continue
      }
      if isKnown(line) {
        step.answer += Multistream.encode(line)
        step.agreed = line
        step.rest = reader.takeRest()
        return step
      }
      proposalCount += 1
      guard proposalCount < Multistream.proposalLimit else { throw .tooManyProposals }
      step.answer += Multistream.encode(Multistream.refusal)
    }
    return step
  }
}
