/// Why a line is not an event, and where.
package struct EventDecodingError: Error, Equatable, Sendable {
  /// The kinds of refusal.
  package enum Problem: Equatable, Sendable {
    /// A byte that JSON does not allow here.
    case unexpectedByte
    /// The line stops inside a value.
    case unexpectedEnd
    /// More nested arrays and objects than any event has.
    case tooDeep
    /// A number that no 64-bit integer or finite fraction can hold.
    case numberOutOfRange
    /// Text that is not UTF-8, or half of a surrogate pair.
    case invalidText
    /// More bytes than ``TimedEvent/lineLimit``.
    case lineTooLong
    /// The line is a JSON value but not an object.
    case notAnObject
    /// An event of a version that this program does not know.
    case unsupportedVersion
    /// The named field is absent.
    case missingField(String)
    /// The named field has a value of another kind or out of its range.
    case invalidField(String)
  }

  /// Bytes from the start of the line to the problem.
  package var offset: Int

  /// What is wrong there.
  package var problem: Problem

  /// Creates an error.
  package init(offset: Int, problem: Problem) {
    self.offset = offset
    self.problem = problem
  }
}

extension EventDecodingError: CustomStringConvertible {
  /// One sentence with the place.
  package var description: String {
    "byte \(offset): \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .unexpectedByte: "this byte is not allowed here in JSON"
    case .unexpectedEnd: "the line ends inside a value"
    case .tooDeep: "more than \(JSONValue.depthLimit) levels of nesting"
    case .numberOutOfRange: "the number does not fit"
    case .invalidText: "the text is not valid UTF-8"
    case .lineTooLong: "the line has more than \(TimedEvent.lineLimit) bytes"
    case .notAnObject: "an event must be a JSON object"
    case .unsupportedVersion: "only version \(TimedEvent.version) of the events is known"
    case .missingField(let name): "the field \"\(name)\" is missing"
    case .invalidField(let name): "the field \"\(name)\" has a value that does not fit"
    }
  }
}
