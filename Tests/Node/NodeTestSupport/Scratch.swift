package import Foundation

/// A directory of its own that goes away with the test.
package final class Scratch {
  package let directory: URL

  package init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "swiftlet-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: directory)
  }

  package func path(_ name: String) -> String { directory.appending(path: name).path }
}
