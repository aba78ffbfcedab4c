/// Why a peer gets an error instead of an answer.
///
/// zeam takes code 1 and the words "unsupported", "not available", "not supported" and "unknown
/// protocol" for a lasting inability and asks for no more ranges. So code 1 is for requests that
/// are wrong by themselves, and no text has one of those words. No text is empty either: ethlambda
/// and ream read no frame for a length of 0 and lose the thread.
package enum Refusal: Error, CaseIterable, Sendable {
  /// The bytes are not the request that they should be.
  case malformedRequest
  /// A range of no slots, of more than 1,024, or beyond the last slot there can be.
  case countOutOfRange
  /// The range begins before the blocks that are kept.
  case outsideHistory
  /// Blocks of the range are still missing here: an empty answer would say that there are none.
  case incompleteHistory
  /// The peer asks for more than its share.
  case tooManyRequests
  /// What should be here could not be read in time.
  case internalFailure

  /// The code on the wire.
  package var code: ResponseCode {
    switch self {
    case .malformedRequest, .countOutOfRange: .invalidRequest
    case .outsideHistory, .incompleteHistory, .tooManyRequests: .resourceUnavailable
    case .internalFailure: .serverError
    }
  }

  /// The text on the wire.
  package var text: String {
    switch self {
    case .malformedRequest: "malformed request"
    case .countOutOfRange: "count out of range"
    case .outsideHistory: "range outside history window"
    case .incompleteHistory: "range not complete yet"
    case .tooManyRequests: "too many requests, try again later"
    case .internalFailure: "internal error"
    }
  }

  /// The chunk that says so.
  var chunk: ResponseChunk { ResponseChunk(code, Array(text.utf8)) }
}
