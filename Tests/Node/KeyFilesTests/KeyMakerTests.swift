import Foundation
import NodeTestSupport
import SSZ
import Synchronization
import Testing
import XMSS

@testable import KeyFiles

struct KeyMakerTests {
  private func plan(
    _ scratch: Scratch, validators: Range<UInt64> = 0..<2, slots: Range<UInt64> = 0..<256
  ) -> KeyPlan {
    KeyPlan(
      scheme: .test, slots: slots, validators: validators, folder: scratch.directory.path,
      nodes: ["a", "b"])
  }

  private func files(_ scratch: Scratch) throws -> [String: Data] {
    let folder = scratch.directory.appending(path: KeyFolder.folderName)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) }
    )
  }

  @Test func `keys are made in the field's layout, private, and are in order`() throws {
    let scratch = try Scratch()
    let made = try KeyMaker(plan(scratch)).run()
    #expect(
      try files(scratch).keys.sorted() == [
        "validator-keys-manifest.yaml",
        "validator_0_attester_key_pk.ssz", "validator_0_attester_key_sk.ssz",
        "validator_0_proposer_key_pk.ssz", "validator_0_proposer_key_sk.ssz",
        "validator_1_attester_key_pk.ssz", "validator_1_attester_key_sk.ssz",
        "validator_1_proposer_key_pk.ssz", "validator_1_proposer_key_sk.ssz",
      ])
    let folder = try KeyFolder(path: scratch.directory.path)
    #expect(folder.manifest == made)
    #expect(made.slotCount == 256)
    #expect(KeyCheck.check(folder).map(\.problem) == [nil, nil, nil, nil])
    let yaml = try Data(contentsOf: scratch.directory.appending(path: AnnotatedValidators.fileName))
    let annotated = try AnnotatedValidators(yaml: yaml, path: "")
    let registry = made.validators.map { ($0.attestation.publicKey, $0.proposal.publicKey) }
    let shares = try ["a", "b"].map {
      try annotated.validators(of: $0, registry: registry, path: "")
    }
    #expect(shares == [[made.validators[0]], [made.validators[1]]])
  }

  @Test func `a stopped run goes on where it stopped and overwrites nothing`() throws {
    let scratch = try Scratch()
    let first = try KeyMaker(plan(scratch, validators: 0..<1)).run()
    let before = try files(scratch)
    // As if the process had died between a secret key and its public key.
    try FileManager.default.removeItem(
      atPath: scratch.path("hash-sig-keys/validator_0_proposer_key_pk.ssz"))
    let second = try KeyMaker(plan(scratch)).run()
    #expect(second.validators[0] == first.validators[0])
    let after = try files(scratch)
    for (name, data) in before where name.hasSuffix(".ssz") { #expect(after[name] == data) }
  }

  @Test func `keys for other slots or of another scheme are kept and refused`() throws {
    let scratch = try Scratch()
    _ = try KeyMaker(plan(scratch, slots: 0..<32)).run()
    let before = try files(scratch)
    let slots = #expect(throws: KeyFileError.self) {
      try KeyMaker(plan(scratch, slots: 0..<256)).run()
    }
    #expect(
      slots?.problem.contains(
        "is for the scheme test and 32 slots from 0, the plan wants test and 256 from 0") == true)
    // Without the manifest the keys themselves tell.
    try FileManager.default.removeItem(
      atPath: scratch.path("hash-sig-keys/\(KeyManifest.fileName)"))
    #expect(throws: KeyFileError.self) { try KeyMaker(plan(scratch, slots: 0..<256)).run() }
    let scheme = #expect(throws: KeyFileError.self) {
      try KeyMaker(
        KeyPlan(
          scheme: .devnet, slots: 0..<1, validators: 0..<1, folder: scratch.directory.path,
          nodes: ["a"])
      ).run()
    }
    #expect(scheme?.problem.contains("is no key of the devnet scheme") == true)
    let kept = before.filter { $0.key != KeyManifest.fileName }
    #expect(try files(scratch) == kept)
  }

  @Test func `a run for more validators leaves the first ones in both manifests`() throws {
    let scratch = try Scratch()
    let first = try KeyMaker(plan(scratch, validators: 0..<2)).run()
    let both = try KeyMaker(plan(scratch, validators: 2..<4)).run()
    #expect(both.validators.map(\.index) == [0, 1, 2, 3])
    #expect(Array(both.validators[..<2]) == first.validators)
    #expect(try KeyFolder(path: scratch.directory.path).manifest == both)
    let annotated = try #require(try AnnotatedValidators(folder: scratch.directory.path))
    #expect(annotated.rows["a"]?.map(\.index) == [0, 0, 2, 2])
    #expect(annotated.rows["b"]?.map(\.index) == [1, 1, 3, 3])
    // Once more, and nothing changes.
    #expect(try KeyMaker(plan(scratch, validators: 2..<4)).run() == both)
    #expect(try AnnotatedValidators(folder: scratch.directory.path) == annotated)
  }

  @Test func `secrets are for their owner, public files for every user`() throws {
    let scratch = try Scratch()
    _ = try KeyMaker(plan(scratch, validators: 0..<1)).run()
    func mode(_ name: String) throws -> Int? {
      let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path(name))
      return attributes[.posixPermissions] as? Int
    }
    #expect(try mode(KeyFolder.folderName) == 0o755)
    #expect(try mode(AnnotatedValidators.fileName) == 0o644)
    for name in try files(scratch).keys {
      #expect(
        try mode("\(KeyFolder.folderName)/\(name)") == (name.hasSuffix("_sk.ssz") ? 0o600 : 0o644),
        "\(name)")
    }
  }

  @Test func `a folder that another run works in is refused`() throws {
    let scratch = try Scratch()
    let folder = scratch.path(KeyFolder.folderName)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let lock = try FolderLock(folder)
    let error = #expect(throws: KeyFileError.self) { try KeyMaker(plan(scratch)).run() }
    #expect(error?.problem.contains("is in use by another process") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    withExtendedLifetime(lock) {}
  }

  @Test func `what a killed run left unfinished is removed by the next`() throws {
    let scratch = try Scratch()
    let folder = scratch.path(KeyFolder.folderName)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rest = "\(folder)/\(DurableFile.unfinishedPrefix)abcdef"
    try Data([1]).write(to: URL(filePath: rest))
    _ = try KeyMaker(plan(scratch, validators: 0..<1)).run()
    #expect(!FileManager.default.fileExists(atPath: rest))
  }

  @Test func `progress only rises and ends with everything done`() throws {
    let scratch = try Scratch()
    let seen = Mutex<[KeyMakingProgress]>([])
    _ = try KeyMaker(plan(scratch), threadCount: 2).run { progress in
      seen.withLock { $0.append(progress) }
    }
    let steps = seen.withLock { $0 }
    #expect(steps.first?.computedLeaves == 0)
    #expect(
      steps.last
        == KeyMakingProgress(
          finishedKeys: 4, totalKeys: 4, computedLeaves: 1_024, remainingLeaves: 0))
    for (before, after) in zip(steps, steps.dropFirst()) {
      #expect(after.computedLeaves >= before.computedLeaves)
      #expect(after.finishedKeys >= before.finishedKeys)
    }
  }

  @Test func `slots that the scheme does not have are refused`() throws {
    let scratch = try Scratch()
    let error = #expect(throws: KeyFileError.self) {
      try KeyMaker(plan(scratch, slots: 0..<257)).run()
    }
    #expect(error?.problem == "no keys can be made: slots up to 257 asked for, the scheme has 256")
  }

  @Test func `a folder that cannot be made is named`() throws {
    let scratch = try Scratch()
    try Data().write(to: scratch.directory.appending(path: KeyFolder.folderName))
    let error = #expect(throws: KeyFileError.self) { try KeyMaker(plan(scratch)).run() }
    #expect(error?.problem.contains("cannot be created") == true)
  }
}

struct KeyCheckTests {
  private func keys() throws -> (Scratch, KeyFolder) {
    let scratch = try Scratch()
    _ = try KeyMaker(
      KeyPlan(
        scheme: .test, slots: 0..<32, validators: 0..<1, folder: scratch.directory.path,
        nodes: ["a"])
    ).run()
    return (scratch, try KeyFolder(path: scratch.directory.path))
  }

  @Test func `signing works on this machine`() throws {
    try KeyCheck.tryThrowAwayKey(.test)
  }

  @Test func `an altered, truncated, missing, exchanged or exposed key is found`() throws {
    let (scratch, folder) = try keys()
    defer { withExtendedLifetime(scratch) {} }
    let path = folder.path(of: folder.manifest.validators[0].attestation)
    let original = try Data(contentsOf: URL(filePath: path))
    func problem(_ change: () throws -> Void) throws -> String {
      try change()
      let problem = KeyCheck.check(folder)[0].problem ?? ""
      try DurableFile.write(original, to: path, readers: .owner)
      #expect(!problem.contains("\n"))
      return problem
    }
    let altered = try problem {
      var bytes = original
      bytes[bytes.count - 1] ^= 1
      try DurableFile.write(bytes, to: path, readers: .owner)
    }
    #expect(altered.contains("is not the hash of what is below it"))
    let truncated = try problem {
      try DurableFile.write(original.dropLast(), to: path, readers: .owner)
    }
    #expect(truncated.contains("bytes instead of"))
    let missing = try problem { try FileManager.default.removeItem(atPath: path) }
    #expect(missing.contains("does not exist"))
    let exchanged = try problem {
      let other = folder.path(of: folder.manifest.validators[0].proposal)
      try DurableFile.write(
        Data(contentsOf: URL(filePath: other)), to: path, readers: .owner)
    }
    #expect(exchanged.contains("is not the attestation key of validator 0 in the manifest"))
    let exposed = try problem {
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    }
    #expect(exposed.contains("others may read it; run chmod 600"))
    #expect(KeyCheck.check(folder).map(\.problem) == [nil, nil])
  }

  @Test func `a folder without keys says how to make them`() throws {
    let scratch = try Scratch()
    let error = #expect(throws: KeyFileError.self) {
      try KeyFolder(path: scratch.directory.path)
    }
    #expect(error?.problem.contains("make keys with `swiftlet keys generate`") == true)
  }
}
