private import Foundation
internal import Terminal
internal import Theme

/// The theme in use, and the files that may change it while the program runs.
///
/// Folders in order: the user's configuration, then `themes/` beside the working place; a file
/// takes the place of a built-in theme of its name.
struct ThemeFiles {
  /// Files of one folder that are read.
  static let fileLimit = 64

  private(set) var library = ThemeLibrary()
  private(set) var name: String
  private(set) var theme: Theme
  private let depth: ColorDepth
  private let folders: [URL]
  /// One file given by its path, which counts before all folders.
  private let single: URL?

  /// Reads the files and the wished theme.
  init(wish: String, environment: [String: String], depth: ColorDepth) throws(ThemeError) {
    self.depth = depth
    folders = ThemeFiles.folders(environment)
    single = wish.hasSuffix(".yaml") ? URL(filePath: wish) : nil
    name = single?.deletingPathExtension().lastPathComponent ?? wish
    theme = ThemeLibrary.defaultTheme(depth: depth)
    readFiles()
    theme = try library.theme(named: name, depth: depth)
  }

  /// Uses another theme; the old one stays when the new one has a mistake.
  mutating func use(_ name: String) throws(ThemeError) {
    theme = try library.theme(named: name, depth: depth)
    self.name = name
  }

  /// Reads the files again and tells whether the looks may have changed.
  ///
  /// - Throws: The mistake of a changed file; the old looks stay.
  mutating func reload() throws(ThemeError) -> Bool {
    guard readFiles() else { return false }
    theme = try library.theme(named: name, depth: depth)
    return true
  }

  @discardableResult
  private mutating func readFiles() -> Bool {
    var changed = false
    for folder in folders.reversed() {
      let files =
        (try? FileManager.default.contentsOfDirectory(
          at: folder, includingPropertiesForKeys: nil)) ?? []
      let themes = files.filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
      for file in themes.prefix(ThemeFiles.fileLimit) where add(file) { changed = true }
    }
    if let single, add(single) { changed = true }
    return changed
  }

  private mutating func add(_ file: URL) -> Bool {
    guard let data = try? Data(contentsOf: file) else { return false }
    let name = file.deletingPathExtension().lastPathComponent
    return library.add(
      name: name, file: file.relativePath, text: String(decoding: data, as: UTF8.self))
  }

  private static func folders(_ environment: [String: String]) -> [URL] {
    let home = environment["HOME"].map { $0 + "/.config" }
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home
    return [configuration.map { $0 + "/swiftlet/themes" }, "themes"].compactMap { $0 }
      .map { URL(filePath: $0) }
  }
}
