import Foundation
import NodeTestSupport
import Testing

@testable import KeyFiles

struct PrivateFileTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `a file is private, replaced whole, and leaves nothing beside it`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try PrivateFile.write(Data([1, 2, 3]), to: path)
    try PrivateFile.write(Data([4]), to: path)
    #expect(try PrivateFile.read(path, maximumBytes: 1) == Data([4]))
    #expect(try mode(path) == 0o600)
    #expect(!PrivateFile.isExposed(path))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == ["key"])
  }

  @Test func `an open mode is noticed`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try PrivateFile.write(Data([1]), to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(PrivateFile.isExposed(path))
  }

  @Test func `what cannot be written or read says why`() throws {
    let scratch = try Scratch()
    let missing = scratch.path("no/key")
    #expect(
      throws: KeyFileError(
        missing, "cannot be written (No such file or directory); check folder and disk")
    ) { try PrivateFile.write(Data(), to: missing) }
    #expect(throws: KeyFileError(missing, "does not exist")) {
      try PrivateFile.read(missing, maximumBytes: 1)
    }
    let large = scratch.path("large")
    try PrivateFile.write(Data([1, 2]), to: large)
    #expect(throws: KeyFileError(large, "has 2 bytes; at most 1 are expected")) {
      try PrivateFile.read(large, maximumBytes: 1)
    }
  }
}
