import Devnet
import Foundation
import NodeTestSupport
import Testing
import XMSS

struct DevnetChainTests {
  @Test func `a chain goes on after a short pause, and only one devnet runs in a directory`() throws
  {
    let scratch = try Scratch()
    let settings = settings(in: scratch)
    let now = UInt64(Date().timeIntervalSince1970)
    let first = try open(settings, at: now).folder
    let resumed = try whenFree { try open(settings, at: now + 10) }
    #expect(resumed.isResumed && resumed.folder == first)
    #expect(throws: DevnetRefusal.directoryInUse(scratch.path("devnet"))) {
      try withExtendedLifetime(resumed) { _ = try open(settings, at: now) }
    }
  }

  @Test func `after a long pause, or when asked to, a new chain starts with new keys`() throws {
    let scratch = try Scratch()
    var settings = settings(in: scratch)
    let now = UInt64(Date().timeIntervalSince1970)
    let first = try open(settings, at: now).folder
    let second = try whenFree { try open(settings, at: now + 700).folder }
    settings.isFresh = true
    let third = try whenFree { try open(settings, at: now + 710).folder }
    #expect(Set([first, second, third]).count == 3)
    let keys = try [first, second].map { folder in
      try String(
        contentsOfFile: "\(folder)/hash-sig-keys/validator-keys-manifest.yaml", encoding: .utf8)
    }
    #expect(keys[0] != keys[1])
  }

  @Test func `a directory of something else is refused and not touched`() throws {
    let scratch = try Scratch()
    let path = scratch.path("devnet")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(filePath: "\(path)/letter.txt"))
    #expect(throws: DevnetRefusal.foreignDirectory(path)) {
      try open(settings(in: scratch), at: 1_000_000_000)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["letter.txt"])
  }

  @Test func `a record that cannot be read is refused with the way out`() throws {
    let scratch = try Scratch()
    let settings = settings(in: scratch)
    let now = UInt64(Date().timeIntervalSince1970)
    let folder = try open(settings, at: now).folder
    try Data("{".utf8).write(to: URL(filePath: "\(folder)/chain.json"))
    let error = #expect(throws: DevnetRefusal.self) { try open(settings, at: now) }
    #expect(error?.description.contains("--fresh") == true)
  }
}

private func settings(in scratch: Scratch) -> DevnetSettings {
  var settings = DevnetSettings()
  (settings.nodes, settings.validators) = (2, 2)
  settings.scheme = .devnet
  settings.keySlots = 1_024
  settings.directory = scratch.path("devnet")
  return settings
}

private func open(_ settings: DevnetSettings, at seconds: UInt64) throws -> DevnetChain {
  try DevnetChain.open(settings, unixSeconds: { seconds }, onProgress: { _ in })
}
