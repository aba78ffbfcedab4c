package import Foundation

/// What a helper needs to see of a node, as one archive without secrets.
///
/// Only files of known kinds are taken; every one of them is searched for the secrets that lie beside it.
/// Key files, databases and journals never go in.
package struct DebugBundle: Sendable {
  /// Where the things of a node are; what is not there is left out.
  package struct Places: Sendable {
    package var dataDirectory: String?
    /// The folder of the network's files.
    package var genesisFolder: String?
    /// The folder of validator keys; their secrets are searched for.
    package var keyFolder: String?
    /// The files of `--config` and of `--node-key`.
    package var settingsFile: String?
    package var nodeKey: String?
    /// Files of log lines.
    package var logs: [String] = []
    /// Folders that have `recordings` and `screenshots`.
    package var folders: [String] = []

    /// Nothing is known.
    package init() {}
  }

  /// Of a larger file the end is taken: that is where the trouble is.
  static let maximumFileBytes = 32 << 20

  /// What all files together may have; the newest of each kind come first.
  static let maximumBytes = 256 << 20

  /// The newest recordings and screenshots that are taken.
  static let maximumFiles = 32

  /// Files of a folder that are looked at for secrets: those of 16,384 validators, four each.
  static let maximumVisits = 65_536

  /// The files of the archive, without secrets.
  package private(set) var files: [String: Data] = [:]

  /// What was left out, a line each.
  package private(set) var omissions: [String] = []

  private var filter = SecretFilter()
  private var byteCount = 0

  /// Collects what there is, and `texts`, such as the doctor's findings.
  package init(_ places: Places, texts: [String: String]) {
    learn(places)
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) { add(name, Data(text.utf8)) }
    for (name, path) in settings(places) { add(name, from: path) }
    for path in places.logs { add("logs/\(URL(filePath: path).lastPathComponent)", from: path) }
    for folder in places.folders {
      add(newest: "recordings", in: folder, ["jsonl", "txt", "log"])
      add(newest: "screenshots", in: folder, ["txt", "ansi", "svg", "json"])
    }
  }

  /// Writes the archive with the system's `tar`; replaces nothing.
  ///
  /// - Throws: ``Failure``.
  package func write(to path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Failure(description: "\(path) is there already; name another file with --out")
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "swiftlet-\(UUID())")
    let root = folder.appending(path: "swiftlet-debug")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, data) in files {
      let file = root.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try data.write(to: file)
    }
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = [
      "tar", "--create", "--gzip", "--file", path, "--directory", folder.path, "swiftlet-debug",
    ]
    let errors = Pipe()
    tar.standardError = errors
    try tar.run()
    let words = try errors.fileHandleForReading.readToEnd() ?? Data()
    tar.waitUntilExit()
    guard tar.terminationStatus == 0 else {
      throw Failure(description: "tar: " + String(decoding: words, as: UTF8.self))
    }
  }

  /// Why there is no archive.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  // MARK: Secrets

  /// The secret of a key file comes first in it, and other megabytes are public nodes; a seed is no
  /// longer.
  private static let keySecretBytes = 32

  private mutating func learn(_ places: Places) {
    for folder in Set([places.keyFolder, places.genesisFolder, places.dataDirectory]) {
      if let folder { learn(below: folder) }
    }
    if let path = places.nodeKey { learn(text: path) }
    for (_, path) in settings(places) {
      if let data = Self.end(of: path) {
        filter.addNamed(in: String(decoding: data, as: UTF8.self))
      }
    }
  }

  /// Learns the secrets of a folder and of those in it: a devnet keeps the keys of each chain in one.
  private mutating func learn(below folder: String) {
    let root = URL(filePath: folder).resolvingSymlinksInPath().path
    guard let names = FileManager.default.enumerator(atPath: root) else { return }
    var visited = 0
    for case let name as String in names {
      visited += 1
      guard visited <= Self.maximumVisits else {
        omissions.append("\(folder): it has so many files that not every secret was searched for")
        return
      }
      let path = "\(root)/\(name)"
      if name.hasSuffix(".key") || name.hasSuffix("api-token") {
        learn(text: path)
      } else if name.contains("_sk") || name.hasSuffix("_key_seed") {
        learn(key: path)
      }
    }
  }

  /// Learns the secret of a validator's key.
  private mutating func learn(key path: String) {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    if let secret = try? file.read(upToCount: Self.keySecretBytes) { filter.add(secret) }
  }

  /// Learns a file that is one secret: digits, as a node's key, or a token.
  private mutating func learn(text path: String) {
    guard let data = Self.end(of: path) else { return }
    let text = String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    filter.add(text.utf8)
    filter.addNamed(in: "token: \(text)")
  }

  // MARK: Files

  private func settings(_ places: Places) -> [(name: String, path: String)] {
    var files: [(String, String)] = []
    if let path = places.settingsFile { files.append(("settings/node.yaml", path)) }
    if let folder = places.genesisFolder {
      files += [
        "config.yaml", "nodes.yaml", "validators.yaml", "annotated_validators.yaml",
        "validator-config.yaml",
      ].map { ("network/\($0)", "\(folder)/\($0)") }
    }
    if let folder = places.keyFolder {
      let name = "validator-keys-manifest.yaml"
      files.append(("network/\(name)", "\(folder)/\(name)"))
    }
    return files.filter { FileManager.default.fileExists(atPath: $0.1) }
  }

  private mutating func add(newest kind: String, in folder: String, _ extensions: Set<String>) {
    let folder = "\(folder)/\(kind)"
    let files = names(in: folder).map { URL(filePath: "\(folder)/\($0)") }
      .filter { extensions.contains($0.pathExtension) }
      .map { file in
        let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
        return (file, values?.contentModificationDate ?? .distantPast)
      }
      .sorted { $0.1 > $1.1 }
    if files.count > Self.maximumFiles {
      omissions.append("\(files.count - Self.maximumFiles) older files of \(folder)")
    }
    for (file, _) in files.prefix(Self.maximumFiles) {
      add("\(kind)/\(file.lastPathComponent)", from: file.path)
    }
  }

  private mutating func add(_ name: String, from path: String) {
    guard let data = Self.end(of: path) else {
      omissions.append("\(path): cannot be read")
      return
    }
    add(name, data)
  }

  private mutating func add(_ name: String, _ data: Data) {
    guard byteCount + data.count <= Self.maximumBytes else {
      omissions.append("\(name): the bundle has \(byteCount >> 20) MiB already")
      return
    }
    byteCount += data.count
    files[name] = filter.clean(data)
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The last bytes of a plain file.
  private static func end(of path: String) -> Data? {
    guard
      let type = try? FileManager.default.attributesOfItem(
        atPath: URL(filePath: path).resolvingSymlinksInPath().path)[.type] as? FileAttributeType,
      type == .typeRegular, let file = FileHandle(forReadingAtPath: path)
    else { return nil }
    defer { try? file.close() }
    guard let length = try? file.seekToEnd() else { return nil }
    let start = length - min(length, UInt64(maximumFileBytes))
    guard (try? file.seek(toOffset: start)) != nil else { return nil }
    return (try? file.readToEnd()) ?? Data()
  }
}
