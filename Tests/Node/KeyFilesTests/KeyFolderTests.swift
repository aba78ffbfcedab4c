import Foundation
import NodeTestSupport
import SSZ
import Synchronization
import Testing
import XMSS

@testable import KeyFiles

struct KeyFolderTests {
  private func keys(_ count: UInt64) throws -> (Scratch, KeyFolder) {
    let scratch = try Scratch()
    _ = try KeyMaker(
      KeyPlan(
        scheme: .test, slots: 0..<32, validators: 0..<count, folder: scratch.directory.path,
        nodes: ["a"])
    ).run()
    return (scratch, try KeyFolder(path: scratch.directory.path))
  }

  @Test func `keys are loaded in their order with progress that only rises`() throws {
    let (scratch, folder) = try keys(9)
    defer { withExtendedLifetime(scratch) {} }
    let seen = Mutex<[Int]>([])
    let wanted = Array(folder.manifest.validators.reversed())
    let loaded = try folder.load(wanted) { count in seen.withLock { $0.append(count) } }
    #expect(loaded.map(\.index) == wanted.map(\.index))
    #expect(loaded.map(\.attestation.publicKey) == wanted.map(\.attestation.publicKey))
    #expect(loaded.map(\.proposal.publicKey) == wanted.map(\.proposal.publicKey))
    #expect(seen.withLock { $0 } == Array(1...9))
  }

  @Test func `keys that are loaded cannot be loaded again until they are given up`() throws {
    let (scratch, folder) = try keys(2)
    defer { withExtendedLifetime(scratch) {} }
    var holder = try folder.load([folder.manifest.validators[1]])
    let error = #expect(throws: KeyFileError.self) {
      try folder.load(folder.manifest.validators)
    }
    #expect(error?.path.contains("validator_1_attester") == true)
    #expect(error?.problem.contains("two signers with one key give the key away") == true)
    // Other validators of the folder belong to other nodes, and looking is free.
    #expect(try whenFree { try folder.load([folder.manifest.validators[0]]) }.count == 1)
    #expect(KeyCheck.check(folder).allSatisfy { $0.problem == nil })
    holder = []
    #expect(holder.isEmpty)
    #expect(try whenFree { try folder.load(folder.manifest.validators) }.count == 2)
  }

  @Test func `the first key that is not in order is named, whatever thread found it`() throws {
    let (scratch, folder) = try keys(6)
    defer { withExtendedLifetime(scratch) {} }
    for index in [2, 4] {
      let path = folder.path(of: folder.manifest.validators[index].proposal)
      try Data([1]).write(to: URL(filePath: path))
    }
    let error = #expect(throws: KeyFileError.self) {
      try folder.load(folder.manifest.validators)
    }
    #expect(error?.path.hasSuffix("validator_2_proposer_key_sk.ssz") == true)
    #expect(error?.problem.contains("is no key of the test scheme") == true)
  }
}
