private import Foundation

/// What a route answers.
package struct APIAnswer: Sendable {
  /// What follows the headers.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// The topics of ethlambda's stream, as they happen.
    case chainEvents(Set<ChainTopic>)
    /// Everything that a screen folds, after the event of that name, or from a prelude on.
    case everyEvent(after: String?)
  }

  /// Types of content.
  enum ContentType: String, Sendable {
    case json = "application/json"
    case ssz = "application/octet-stream"
    case text = "text/plain; charset=utf-8"
    case html = "text/html; charset=utf-8"
    case metrics = "text/plain; version=0.0.4; charset=utf-8"
    case events = "text/event-stream"
  }

  /// The status code.
  package let status: Int
  /// The `Content-Type` header; `nil` without a body.
  package let contentType: String?
  /// The `Allow` header, for a method that a route does not have.
  package var allow: String?
  /// The body.
  package let body: Body
  /// The aggregator role that has to be seen before the answer is true.
  var awaitedRole: Bool?

  init(_ status: Int = 200, _ type: ContentType? = nil, _ body: Body = .bytes([])) {
    self.status = status
    contentType = type?.rawValue
    self.body = body
  }

  /// An answer in JSON; its keys are sorted, so that equal answers are equal bytes.
  static func json(_ value: some Encodable, status: Int = 200) -> APIAnswer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("a \(type(of: value)) is not JSON")
    }
    return APIAnswer(status, .json, .bytes([UInt8](data)))
  }

  /// An answer in JSON that is written already.
  package static func json(bytes: [UInt8], status: Int) -> APIAnswer {
    bytes.isEmpty ? APIAnswer(status) : APIAnswer(status, .json, .bytes(bytes))
  }

  static func ssz(_ bytes: [UInt8]) -> APIAnswer { APIAnswer(200, .ssz, .bytes(bytes)) }

  static func text(_ text: String, status: Int) -> APIAnswer {
    APIAnswer(status, .text, .bytes([UInt8](text.utf8)))
  }

  /// A refusal with ethlambda's body for one.
  static func failure(_ status: Int, _ reason: String) -> APIAnswer {
    json(["error": reason], status: status)
  }
}
