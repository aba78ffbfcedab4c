import Foundation
import NodeTestSupport
import Testing

@testable import Doctor

struct DebugBundleTests {
  private let scratch: Scratch
  /// The first bytes of key files, and seeds of keys that a worker signs with.
  private let keyFiles: [String: [UInt8]] = Dictionary(
    uniqueKeysWithValues: [
      "net/hash-sig-keys/validator_0_attester_key_sk.ssz",
      "net/hash-sig-keys/validator_0_proposer_key_sk.ssz",
      "net/hash-sig-keys/validator_1_attester_key_seed",
      "net/hash-sig-keys/validator_1_proposer_key_seed",
      "data/chains/one/hash-sig-keys/validator_2_attester_key_sk.ssz",
    ].enumerated().map { index, name in
      (name, (0..<32).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11 &+ index) })
    })
  private let nodeKey = (0..<32).map { String(UInt8($0 * 7 + 3), radix: 16, padding: 2) }.joined()
  private let ownKey = (0..<32).map { String(UInt8($0 * 3 + 17), radix: 16, padding: 2) }.joined()
  private let token = (0..<32).map { String(UInt8(255 - $0), radix: 16, padding: 2) }.joined()
  private let planned = (0..<32).map { String(UInt8($0 * 5 + 64), radix: 16, padding: 2) }.joined()

  init() throws {
    scratch = try Scratch()
    for folder in [
      "net/hash-sig-keys", "data/recordings", "data/screenshots", "data/chains/one/hash-sig-keys",
    ] {
      try FileManager.default.createDirectory(
        atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    try write("net/config.yaml", "GENESIS_TIME: 1\n")
    try write("net/validator-config.yaml", "validators:\n  - name: a_0\n    privkey: \(planned)\n")
    try write("net/a_0.key", nodeKey + "\n")
    try write("data/api-token", token)
    try write("data/node.key", "0x" + ownKey)
    for (name, secret) in keyFiles {
      let rest = [UInt8](repeating: 9, count: name.hasSuffix("seed") ? 0 : 4_000)
      try Data(secret + rest).write(to: URL(filePath: scratch.path(name)))
    }
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: scratch.path(name)))
  }

  private var places: DebugBundle.Places {
    var places = DebugBundle.Places()
    places.dataDirectory = scratch.path("data")
    places.genesisFolder = scratch.path("net")
    places.keyFolder = scratch.path("net/hash-sig-keys")
    places.logs = [scratch.path("node.log")]
    places.folders = [scratch.path("data")]
    return places
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0, radix: 16, padding: 2) }.joined()
  }

  private func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits)
    return stride(from: 0, to: digits.count, by: 2)
      .compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
  }

  @Test func `no byte of any key or token is in a bundle, raw or as digits, wherever it stood`()
    throws
  {
    let secrets = keyFiles.values + [nodeKey, ownKey, token, planned].map(bytes)
    let everyForm = secrets.flatMap { secret -> [Data] in
      let digits = hexadecimal(secret)
      return [Data(secret), Data(digits.utf8), Data(digits.uppercased().utf8)]
    }
    // Secrets where none should be: in a log, and raw in a recording.
    try everyForm.reduce(Data("before\n".utf8)) { $0 + $1 + Data("\nafter\n".utf8) }
      .write(to: URL(filePath: scratch.path("node.log")))
    try (Data("{}\n".utf8) + keyFiles.values.joined() + Data("\n".utf8))
      .write(to: URL(filePath: scratch.path("data/recordings/a.jsonl")))
    try write("data/screenshots/s.txt", "a screen")

    let bundle = DebugBundle(places, texts: ["doctor.txt": "token: 0x\(token)"])
    let archive = scratch.path("bundle.tar.gz")
    try bundle.write(to: archive)
    let out = scratch.path("out")
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "--extract", "--gzip", "--file", archive, "--directory", out]
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)

    var names: Set<String> = []
    let root = "\(out)/swiftlet-debug"
    for name in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? [] {
      guard let data = FileManager.default.contents(atPath: "\(root)/\(name)") else { continue }
      names.insert(name)
      for form in everyForm {
        #expect(data.range(of: form) == nil, "\(name) has a secret")
      }
    }
    #expect(
      names == [
        "doctor.txt", "logs/node.log", "network/config.yaml", "network/validator-config.yaml",
        "recordings/a.jsonl", "screenshots/s.txt",
      ])
    let log = try #require(bundle.files["logs/node.log"])
    #expect(String(decoding: log, as: UTF8.self).components(separatedBy: "after").count == 28)
    #expect(bundle.files["network/config.yaml"] == Data("GENESIS_TIME: 1\n".utf8))
  }

  @Test func `of a log that is too long the end is taken`() throws {
    let path = scratch.path("node.log")
    #expect(FileManager.default.createFile(atPath: path, contents: Data("first".utf8)))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: UInt64(DebugBundle.maximumFileBytes))
    try file.seekToEnd()
    try file.write(contentsOf: Data("last!".utf8))
    try file.close()
    let log = try #require(DebugBundle(places, texts: [:]).files["logs/node.log"])
    #expect(log.count == DebugBundle.maximumFileBytes)
    #expect(log.suffix(5) == Data("last!".utf8))
    #expect(log.prefix(5) != Data("first".utf8))
  }

  @Test func `the newest recordings are taken, and it is said that there are more`() throws {
    for index in 0...DebugBundle.maximumFiles {
      try write("data/recordings/\(index).jsonl", "{}")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(index))],
        ofItemAtPath: scratch.path("data/recordings/\(index).jsonl"))
    }
    let bundle = DebugBundle(places, texts: [:])
    #expect(bundle.files.keys.count { $0.hasPrefix("recordings/") } == DebugBundle.maximumFiles)
    #expect(bundle.files["recordings/0.jsonl"] == nil)
    #expect(bundle.omissions.contains { $0.hasPrefix("1 older files of") })
    #expect(bundle.omissions.contains { $0.hasSuffix("node.log: cannot be read") })
  }

  @Test func `an archive that is there is not replaced`() throws {
    try write("bundle.tar.gz", "mine")
    #expect(throws: DebugBundle.Failure.self) {
      try DebugBundle(places, texts: [:]).write(to: scratch.path("bundle.tar.gz"))
    }
  }
}

extension String {
  fileprivate init(_ byte: UInt8, radix: Int, padding: Int) {
    let digits = String(byte, radix: radix)
    self = String(repeating: "0", count: padding - digits.count) + digits
  }
}
