/// A request as a route sees it: the parts of HTTP that decide an answer.
package struct APIRequest: Sendable {
  /// What a client wants done.
  package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case options = "OPTIONS"
  }

  /// A form of an answer that a client can choose.
  enum Form: Sendable {
    case json
    case ssz
  }

  /// The method; `nil` for one that no route has.
  package var method: Method?
  /// The path without the query: `/lean/v0/health`.
  package var path: String
  /// The query, decoded; of two with one name the last counts.
  package var query: [String: String]
  /// The `Accept` header.
  package var accept: String?
  /// The `Authorization` header.
  package var authorization: String?
  /// The `Last-Event-ID` header of a stream that goes on.
  package var lastEventID: String?
  /// The body.
  package var body: [UInt8]

  /// Creates a request.
  package init(
    _ method: Method?, _ path: String, query: [String: String] = [:], accept: String? = nil,
    authorization: String? = nil, lastEventID: String? = nil, body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.accept = accept
    self.authorization = authorization
    self.lastEventID = lastEventID
    self.body = body
  }

  /// The form that the client prefers, or the route's own where it does not care; `nil` when it
  /// takes neither.
  ///
  /// Quality values are not weighed: clients of this API name one type.
  func form(default form: Form) -> Form? {
    guard let accept else { return form }
    let types = accept.split(separator: ",").map { range in
      range.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    }
    for type in types {
      switch type {
      case "application/json": return .json
      case "application/octet-stream": return .ssz
      case "*/*", "application/*": return form
      default: continue
      }
    }
    return types.isEmpty ? form : nil
  }
}
