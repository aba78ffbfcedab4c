import Foundation
import GRDB
import Hashing
import NodeTestSupport
import Testing

@testable import Storage

struct FileFormatTests {
  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.path("file.sqlite")
  }

  /// Makes the closed file look as if a program of a later time had written it.
  private func setFormat(_ number: Int) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "PRAGMA user_version = \(number)") }
    try queue.close()
  }

  @Test func `a journal of a newer format is refused, named with both numbers and the remedy`()
    throws
  {
    try JournalStore(path: path).close()
    try setFormat(7)
    let before = try Data(contentsOf: URL(filePath: path))
    let error = #expect(throws: JournalError.self) { try JournalStore(path: path) }
    #expect(error?.code == .newerVersion)
    #expect(
      error?.description == "signing journal \(path) has format 7, which a newer swiftlet wrote; "
        + "this one knows formats up to 1: install the newer swiftlet again; never go on without "
        + "the journal, its keys would sign with no history")
    #expect(try Data(contentsOf: URL(filePath: path)) == before, "a refused file is left alone")
  }

  @Test func `a chain database of a newer format is refused, with the way on`() throws {
    try ChainDatabase(path: path, genesis: .zero).close()
    try setFormat(3)
    let error = #expect(throws: ChainDatabaseError.self) {
      try ChainDatabase(path: path, genesis: .zero)
    }
    #expect(error?.code == .newerVersion)
    #expect(error?.description.contains("has format 3") == true)
    #expect(error?.description.contains("knows formats up to 2: install the newer") == true)
  }

  @Test func `a file from before there were numbers gets one`() throws {
    try ChainDatabase(path: path, genesis: .zero).close()
    try setFormat(0)
    #expect(StoredFile(.chain, path: path).state == .closed(format: 0, damage: nil))
    try ChainDatabase(path: path, genesis: .zero).close()
    #expect(StoredFile(.chain, path: path).state == .closed(format: 2, damage: nil))
  }
}
