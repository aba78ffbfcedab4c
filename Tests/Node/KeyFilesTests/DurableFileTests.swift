import Foundation
import NodeTestSupport
import Testing

@testable import KeyFiles

struct DurableFileTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `a secret is private, replaced whole, and leaves nothing beside it`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try DurableFile.write(Data([1, 2, 3]), to: path, readers: .owner)
    try DurableFile.write(Data([4]), to: path, readers: .owner)
    #expect(try DurableFile.read(path, maximumBytes: 1) == Data([4]))
    #expect(try mode(path) == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == ["key"])
  }

  @Test func `a public file is readable to every user, whatever the process usually grants`() throws
  {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try DurableFile.create(Data([1]), at: path, readers: .everyone)
    #expect(try mode(path) == 0o644)
  }

  @Test func `creating keeps a file that is there, also one that came meanwhile`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try DurableFile.create(Data([1]), at: path, readers: .owner)
    let error = #expect(throws: KeyFileError.self) {
      try DurableFile.create(Data([2]), at: path, readers: .owner)
    }
    #expect(error?.problem.contains("exists and is not replaced") == true)
    #expect(try DurableFile.read(path, maximumBytes: 1) == Data([1]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == ["key"])
  }

  @Test func `what a killed process with our number left blocks nothing`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    // The name that was used before; in a container every process is number 1.
    try Data([9]).write(to: URL(filePath: "\(path).\(getpid()).tmp"))
    try DurableFile.create(Data([1]), at: path, readers: .owner)
    #expect(try DurableFile.read(path, maximumBytes: 1) == Data([1]))
  }

  @Test func `what cannot be written or read says why`() throws {
    let scratch = try Scratch()
    let missing = scratch.path("no/key")
    #expect(
      throws: KeyFileError(
        missing, "cannot be written (No such file or directory); check folder and disk")
    ) { try DurableFile.write(Data(), to: missing, readers: .owner) }
    #expect(throws: KeyFileError(missing, "does not exist")) {
      try DurableFile.read(missing, maximumBytes: 1)
    }
    #expect(throws: KeyFileError(scratch.directory.path, "is no plain file")) {
      try DurableFile.read(scratch.directory.path, maximumBytes: 1)
    }
    let pipe = scratch.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: KeyFileError(pipe, "is no plain file")) {
      try DurableFile.read(pipe, maximumBytes: 1)
    }
  }

  @Test func `the size limit holds, behind a link too`() throws {
    let scratch = try Scratch()
    let (large, link) = (scratch.path("large"), scratch.path("link"))
    try DurableFile.create(Data([1, 2]), at: large, readers: .owner)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: large)
    for path in [large, link] {
      #expect(throws: KeyFileError(path, "has 2 bytes; at most 1 are expected")) {
        try DurableFile.read(path, maximumBytes: 1)
      }
    }
  }
}

struct OpenFileTests {
  @Test func `a link is judged by the mode of its target`() throws {
    let scratch = try Scratch()
    let (target, link) = (scratch.path("target"), scratch.path("link"))
    try DurableFile.create(Data([1]), at: target, readers: .owner)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try !OpenFile(link, maximumBytes: 1).isExposed)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: target)
    #expect(try OpenFile(link, maximumBytes: 1).isExposed)
  }

  @Test func `a file that was cut is told, not trapped on`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try DurableFile.create(Data([1, 2, 3, 4]), at: path, readers: .owner)
    let file = try OpenFile(path, maximumBytes: 4)
    #expect(truncate(path, 2) == 0)
    var bytes: [UInt8] = [0, 0]
    #expect(bytes.withUnsafeMutableBytes { file.copy(at: 0, to: $0) })
    #expect(bytes == [1, 2])
    #expect(!bytes.withUnsafeMutableBytes { file.copy(at: 2, to: $0) })
  }

  @Test func `a locked file is taken until it is closed`() throws {
    let scratch = try Scratch()
    let path = scratch.path("key")
    try DurableFile.create(Data([1]), at: path, readers: .owner)
    var holder: OpenFile? = try OpenFile(path, maximumBytes: 1)
    #expect(holder?.lock() == true)
    let other = try OpenFile(path, maximumBytes: 1)
    #expect(!other.lock())
    holder = nil
    // A program that another test is just starting holds a copy of the lock for a moment.
    let isFree = (0..<100).contains { _ in
      if other.lock() { return true }
      usleep(20_000)
      return false
    }
    #expect(isFree)
  }
}
