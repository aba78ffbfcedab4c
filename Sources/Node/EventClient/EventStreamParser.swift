/// Reads server-sent events from bytes as they come.
///
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html>, without `retry`: how long to
/// wait is our own choice.
package struct EventStreamParser: Sendable {
  /// One event.
  package struct Frame: Equatable, Sendable {
    /// Its name, `message` when none is given.
    package var event = "message"
    /// Its data, lines joined by newlines.
    package var data = ""
    /// The name of its place, if this frame brings one.
    package var id: String?
  }

  /// Bytes of a line, an event's own limit and its field's name.
  static let lineLimit = (1 << 16) + 64

  /// Bytes of a frame's data.
  static let dataLimit = 1 << 17

  /// Lines or frames that were longer than their limits, and left out.
  package private(set) var refused = 0

  /// Events that the server says it has dropped, which lean clients tell in a comment.
  package private(set) var dropped: UInt64 = 0

  private var line: [UInt8] = []
  private var isLineTooLong = false
  private var wasReturn = false
  private var frame = Frame()
  private var hasData = false
  private var isFrameTooLong = false

  /// Begins at the start of a stream.
  package init() {}

  /// Takes the next bytes, and returns the frames that they complete.
  package mutating func take(_ bytes: some Sequence<UInt8>) -> [Frame] {
    var frames: [Frame] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"):
        if !wasReturn { endLine(&frames) }
        wasReturn = false
      case UInt8(ascii: "\r"):
        endLine(&frames)
        wasReturn = true
      default:
        wasReturn = false
        if line.count < Self.lineLimit { line.append(byte) } else { isLineTooLong = true }
      }
    }
    return frames
  }

  private mutating func endLine(_ frames: inout [Frame]) {
    defer {
      line.removeAll(keepingCapacity: true)
      isLineTooLong = false
    }
    guard !isLineTooLong else {
      isFrameTooLong = true
      return
    }
    guard !line.isEmpty else { return endFrame(&frames) }
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    var value = line[name.endIndex...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch String(decoding: name, as: UTF8.self) {
    case "event": frame.event = text
    case "id": frame.id = text
    case "data":
      guard frame.data.utf8.count + value.count <= Self.dataLimit else {
        isFrameTooLong = true
        return
      }
      frame.data += hasData ? "\n" + text : text
      hasData = true
    case "":
      let words = text.split(separator: " ")
      if words.count == 5, words[..<3] == ["error", "-", "dropped"], let count = UInt64(words[3]) {
        dropped = dropped.addingReportingOverflow(min(count, 1 << 32)).partialValue
      }
    default: break
    }
  }

  private mutating func endFrame(_ frames: inout [Frame]) {
    if isFrameTooLong {
      refused += 1
    } else if hasData || frame.id != nil {
      frames.append(frame)
    }
    frame = Frame()
    (hasData, isFrameTooLong) = (false, false)
  }
}
