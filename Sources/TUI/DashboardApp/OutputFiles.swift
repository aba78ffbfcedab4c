internal import ChainEvents
private import Foundation
internal import Terminal

/// A file that cannot be written: which, and the system's words.
struct OutputError: Error, CustomStringConvertible {
  let path: String
  let reason: String

  var description: String { "\(path): \(reason)" }
}

/// Writes what a screen saves: pictures, logs, recordings.
enum OutputFiles {
  /// Writes the four files of a picture and returns the path that they share.
  ///
  /// A name that is taken gets a number, so no picture replaces another.
  static func save(
    _ screenshot: Screenshot, json: String, folder: String, name: String
  ) throws(OutputError) -> String {
    let prefix = free(folder + "/" + name, suffix: ".txt")
    try save(screenshot, json: json, prefix: prefix)
    return prefix
  }

  /// Writes the four files of a picture at `prefix`, replacing older ones.
  static func save(
    _ screenshot: Screenshot, json: String, prefix: String
  ) throws(OutputError) {
    try write(screenshot.text, to: prefix + ".txt")
    try write(screenshot.ansi, to: prefix + ".ansi")
    try write(screenshot.svg, to: prefix + ".svg")
    try write(json + "\n", to: prefix + ".json")
  }

  /// Writes a text to a file that is new and returns its path.
  static func save(
    _ text: String, folder: String, name: String, suffix: String
  ) throws(OutputError) -> String {
    let path = free(folder + "/" + name, suffix: suffix) + suffix
    try write(text, to: path)
    return path
  }

  private static func write(_ text: String, to path: String) throws(OutputError) {
    let file = URL(filePath: path)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw OutputError(path: path, reason: error.localizedDescription)
    }
  }

  private static func free(_ prefix: String, suffix: String) -> String {
    guard FileManager.default.fileExists(atPath: prefix + suffix) else { return prefix }
    let numbered = (2...9_999).lazy.map { "\(prefix)-\($0)" }
    return numbered.first { !FileManager.default.fileExists(atPath: $0 + suffix) } ?? prefix
  }
}

/// A recording in the making.
struct EventRecorder {
  let path: String
  private let handle: FileHandle

  /// Begins a file that starts with how all nodes stand.
  init(folder: String, name: String, prelude: [TimedEvent]) throws(OutputError) {
    path = try OutputFiles.save(
      prelude.map { $0.line + "\n" }.joined(), folder: folder, name: name, suffix: ".jsonl")
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw OutputError(path: path, reason: "cannot be opened for writing")
    }
    self.handle = handle
    _ = try? handle.seekToEnd()
  }

  /// Adds events; a full disk ends the recording with an error.
  func add(_ events: [TimedEvent]) throws(OutputError) {
    guard !events.isEmpty else { return }
    var bytes: [UInt8] = []
    for event in events {
      bytes += event.lineBytes
      bytes.append(UInt8(ascii: "\n"))
    }
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw OutputError(path: path, reason: error.localizedDescription)
    }
  }

  /// Ends the file.
  func close() {
    try? handle.close()
  }
}
