import Foundation
import Hashing
import NodeTestSupport
import Testing

@testable import Storage

struct StoredFileTests {
  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.path("file.sqlite")
  }

  private func state(_ format: FileFormat) -> StoredFile.State {
    StoredFile(format, path: path).state
  }

  private func alter(_ body: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    body(&data)
    try data.write(to: URL(filePath: path))
  }

  @Test func `a closed file is read whole, and nothing is left beside it`() throws {
    try JournalStore(path: path).close()
    #expect(state(.journal) == .closed(format: 1, damage: nil))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)
        == ["file.sqlite"])
  }

  @Test func `another kind of file is foreign`() throws {
    #expect(state(.journal) == .missing)
    try ChainDatabase(path: path, genesis: .zero).close()
    #expect(state(.journal) == .foreign)
    try Data("no database at all".utf8).write(to: URL(filePath: path))
    #expect(state(.chain) == .foreign)
  }

  @Test func `a damaged page is found`() throws {
    try ChainDatabase(path: path, genesis: .zero).close()
    try alter { data in
      for index in 4_096..<data.count { data[index] = 0xA5 }
    }
    guard case .closed(_, let damage) = state(.chain) else {
      Issue.record("\(state(.chain))")
      return
    }
    #expect(damage != nil)
  }

  @Test func `a file that was not closed waits for its next start`() throws {
    try JournalStore(path: path).close()
    try Data("log".utf8).write(to: URL(filePath: path + "-wal"))
    #expect(state(.journal) == .unclosed(format: 1))
  }
}
