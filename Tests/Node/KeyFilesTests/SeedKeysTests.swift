import Foundation
import NodeTestSupport
import Testing
import XMSS

@testable import KeyFiles

struct SeedKeysTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func plan(_ validators: Range<UInt64>) -> KeyPlan {
    KeyPlan(
      scheme: .leanXMSS, slots: 0..<1_000, validators: validators, folder: scratch.directory.path,
      nodes: ["a", "b"])
  }

  /// A stand-in for the worker: what is tested are files.
  private func publicKey(_ seed: [UInt8]) throws(KeyFileError) -> PublicKey {
    guard let key = PublicKey(seed.map { ~$0 }) else {
      throw KeyFileError("seed", "of wrong length")
    }
    return key
  }

  private func make(_ validators: Range<UInt64>) throws -> KeyManifest {
    try SeedMaker(plan(validators), generation: "py-lean-pq 0.7.0")
      .run(publicKeys: publicKey)
  }

  @Test func `seeds are for their owner only, differ, and are found again by the manifest`() throws
  {
    let manifest = try make(0..<2)
    let keys = try KeyFolder(path: scratch.directory.path)
    #expect(keys.manifest == manifest)
    #expect(manifest.generation == "py-lean-pq 0.7.0" && manifest.scheme == .leanXMSS)
    let seeds = try keys.loadSeeds()
    #expect(Set(seeds.flatMap { [$0.attestation, $0.proposal] }).count == 4)
    for seed in seeds {
      #expect(try publicKey(seed.attestation) == seed.validator.attestation.publicKey)
      #expect(try publicKey(seed.proposal) == seed.validator.proposal.publicKey)
      let path = keys.path(of: seed.validator.attestation)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func `a run that goes on keeps the seeds that are there`() throws {
    let first = try make(0..<1)
    let second = try make(0..<2)
    #expect(second.validators[0] == first.validators[0])
  }

  @Test func `a check names the seed that is another key's, and the one that others can read`()
    throws
  {
    _ = try make(0..<2)
    let keys = try KeyFolder(path: scratch.directory.path)
    #expect(KeyCheck.check(seedsOf: keys, publicKeys: publicKey).allSatisfy { $0.problem == nil })
    let wrong = keys.path(of: keys.manifest.validators[0].proposal)
    try Data(repeating: 7, count: 32).write(to: URL(filePath: wrong))
    let open = keys.path(of: keys.manifest.validators[1].attestation)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open)
    let problems = KeyCheck.check(seedsOf: keys, publicKeys: publicKey).map(\.problem)
    #expect(problems.map { $0 == nil } == [true, false, false, true])
    #expect(problems[1]?.contains("\(wrong): is another key's seed") == true)
    #expect(problems[2]?.contains("\(open): can be read by others") == true)
  }

  @Test func `a seed that others can read, or that was cut, is refused`() throws {
    _ = try make(0..<1)
    let keys = try KeyFolder(path: scratch.directory.path)
    let path = keys.path(of: keys.manifest.validators[0].proposal)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: KeyFileError.self) { try keys.loadSeeds() }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try Data([1, 2, 3]).write(to: URL(filePath: path))
    #expect(throws: KeyFileError.self) { try keys.loadSeeds() }
  }
}
