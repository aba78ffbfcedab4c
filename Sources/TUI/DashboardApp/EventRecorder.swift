package import ChainEvents
private import Foundation

/// A recording in the making, one event a line.
package struct EventRecorder: Sendable {
  let path: String
  private let handle: FileHandle

  /// Begins a file of its own, which starts with how all nodes stand.
  init(folder: String, name: String, prelude: [TimedEvent]) throws(OutputError) {
    try self.init(
      appendingTo: OutputFiles.save(
        prelude.map { $0.line + "\n" }.joined(), folder: folder, name: name, suffix: ".jsonl"))
  }

  /// Goes on with a file, or begins it.
  package init(appendingTo path: String) throws(OutputError) {
    self.path = path
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let handle = FileHandle(forUpdatingAtPath: path), let end = try? handle.seekToEnd() else {
      throw OutputError(path: path, reason: "cannot be opened for writing")
    }
    self.handle = handle
    // The next line must not grow onto one that a kill has torn.
    if end > 0, (try? handle.seek(toOffset: end - 1)) != nil,
      (try? handle.read(upToCount: 1)) != Data("\n".utf8)
    {
      try write(Data("\n".utf8))
    }
  }

  /// Adds events; a full disk ends the recording with an error.
  package func add(_ events: [TimedEvent]) throws(OutputError) {
    guard !events.isEmpty else { return }
    var bytes = Data()
    for event in events {
      bytes.append(contentsOf: event.lineBytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    try write(bytes)
  }

  /// Ends the file.
  package func close() {
    try? handle.close()
  }

  private func write(_ bytes: Data) throws(OutputError) {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw OutputError(path: path, reason: error.localizedDescription)
    }
  }
}
