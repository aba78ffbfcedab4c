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
  /// A name of which any file is taken gets a number, so nothing replaces anything.
  static func save(
    _ screenshot: Screenshot, json: String, prefix: String
  ) throws(OutputError) -> String {
    let files = [
      (".txt", screenshot.text), (".ansi", screenshot.ansi), (".svg", screenshot.svg),
      (".json", json + "\n"),
    ]
    let prefix = try free(prefix, suffixes: files.map(\.0))
    for (suffix, text) in files { try write(text, to: prefix + suffix) }
    return prefix
  }

  /// Writes a text to a file that is new and returns its path.
  static func save(
    _ text: String, folder: String, name: String, suffix: String
  ) throws(OutputError) -> String {
    let path = try free(folder + "/" + name, suffixes: [suffix]) + suffix
    try write(text, to: path)
    return path
  }

  private static func write(_ text: String, to path: String) throws(OutputError) {
    let file = URL(filePath: path)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .withoutOverwriting)
    } catch {
      throw OutputError(path: path, reason: error.localizedDescription)
    }
  }

  /// Files of one name that are told apart by a number.
  private static let numberLimit = 9_999

  /// The first name with these endings that no file has.
  private static func free(
    _ prefix: String, suffixes: [String]
  ) throws(OutputError) -> String {
    let names = (1...numberLimit).lazy.map { $0 == 1 ? prefix : "\(prefix)-\($0)" }
    let free = names.first { name in
      suffixes.allSatisfy { !FileManager.default.fileExists(atPath: name + $0) }
    }
    guard let free else {
      throw OutputError(path: prefix, reason: "\(numberLimit) files have this name")
    }
    return free
  }
}
