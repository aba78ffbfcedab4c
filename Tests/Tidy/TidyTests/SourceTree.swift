import Foundation

/// One Swift source file of the repository, as the tidy rules see it.
struct SourceFile: Sendable {
  /// Path from the repository root, such as `Sources/Core/SSZ/Bitlist.swift`.
  let path: String
  /// The lines of the file without their line ends.
  let lines: [String]

  /// The file's folder group: `Core`, `Node`, `TUI`, or `nil` outside `Sources`.
  var group: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// The target the file belongs to.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[2]) : ""
  }

  /// The modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count else {
        return nil
      }
      let kinds: Set<Substring> = ["struct", "enum", "class", "func", "protocol"]
      let name = kinds.contains(words[index + 1]) ? words.last : words[index + 1]
      return name.map { String($0.split(separator: ".")[0]) }
    }
  }
}

/// The tree that this test file was built from.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file below `Sources` and `Tests`, sorted by path.
  static let files: [SourceFile] = ["Sources", "Tests"].flatMap { swiftFiles(below: $0) }

  static let sources = files.filter { $0.path.hasPrefix("Sources/") }

  /// Paths of files with `suffix` below `folder`, from the root, sorted.
  static func paths(below folder: String, suffix: String) -> [String] {
    let base = root.appending(path: folder)
    let found =
      FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
  }

  static func text(_ path: String) -> String {
    let data = FileManager.default.contents(atPath: root.appending(path: path).path) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  private static func swiftFiles(below folder: String) -> [SourceFile] {
    paths(below: folder, suffix: ".swift").map { path in
      let lines = text(path).split(separator: "\n", omittingEmptySubsequences: false)
      return SourceFile(path: path, lines: lines.map(String.init))
    }
  }
}
