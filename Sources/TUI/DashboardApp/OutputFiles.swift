private import Foundation
internal import Terminal

/// A file that cannot be written: which, and the system's words.
package struct OutputError: Error, CustomStringConvertible {
  let path: String
  let reason: String

  package var description: String { "\(path): \(reason)" }
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
