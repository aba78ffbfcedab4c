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
  /// Whether nobody has chosen a theme.
  private var followsGround: Bool
  private let folders: [URL]
  /// One file given by its path, which counts before all folders.
  private let single: URL?
  /// The theme files of each folder as of its last change.
  private var listings: [URL: (stamp: FileStamp, files: [URL])] = [:]
  /// What was read of each file.
  private var stamps: [URL: FileStamp] = [:]

  /// Reads the files and the wished theme; the wish for one that suits the ground counts as dark
  /// until ``use(lightGround:)`` knows better.
  init(wish: String, environment: [String: String], depth: ColorDepth) throws(ThemeError) {
    self.depth = depth
    folders = ThemeFiles.folders(environment)
    single = wish.hasSuffix(".yaml") ? URL(filePath: wish) : nil
    followsGround = wish == DashboardSettings.autoTheme
    name =
      followsGround
      ? ThemeLibrary.name(forLightGround: false)
      : single?.deletingPathExtension().lastPathComponent ?? wish
    theme = ThemeLibrary.defaultTheme(depth: depth)
    readFiles()
    theme = try library.theme(named: name, depth: depth)
  }

  /// Uses another theme; the old one stays when the new one has a mistake.
  mutating func use(_ name: String) throws(ThemeError) {
    theme = try library.theme(named: name, depth: depth)
    self.name = name
    followsGround = false
  }

  /// Uses the theme for a light or a dark ground, unless somebody has chosen one.
  mutating func use(lightGround isLight: Bool) throws(ThemeError) {
    guard followsGround else { return }
    let name = ThemeLibrary.name(forLightGround: isLight)
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
      for file in files(in: folder) where add(file) { changed = true }
    }
    if let single, add(single) { changed = true }
    return changed
  }

  /// The theme files of a folder, listed again only when one came, left or was replaced.
  private mutating func files(in folder: URL) -> [URL] {
    guard let stamp = FileStamp(folder) else { return [] }
    if let known = listings[folder], known.stamp == stamp { return known.files }
    let files =
      (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil))
      ?? []
    let themes = files.filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
      .prefix(ThemeFiles.fileLimit)
    listings[folder] = (stamp, Array(themes))
    return Array(themes)
  }

  /// Reads a file that is not as it was read last; tells whether its text is another.
  private mutating func add(_ file: URL) -> Bool {
    guard let stamp = FileStamp(file), stamp != stamps[file],
      let data = try? Data(contentsOf: file)
    else { return false }
    stamps[file] = stamp
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

/// What tells that a file or folder has changed without reading it.
private struct FileStamp: Equatable {
  private let seconds: Int
  private let nanoseconds: Int
  private let size: Int64
  private let identity: UInt64

  /// The stamp of now; `nil` when there is nothing.
  init?(_ place: URL) {
    var status = stat()
    guard stat(place.path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let changed = status.st_mtimespec
    #else
      let changed = status.st_mtim
    #endif
    seconds = changed.tv_sec
    nanoseconds = changed.tv_nsec
    size = Int64(status.st_size)
    identity = UInt64(status.st_ino)
  }
}
