import Consensus
import Testing

@testable import LeanNode

struct ValidatorKeysTests {
  @Test func `keys that the genesis state has are accepted`() throws {
    let keys = try testKeys(3)
    try keys.check(against: registry(keys))
    try [keys[1]].check(against: registry(keys))
    try [].check(against: registry(keys))
  }

  @Test func `scenario 44: a chain without validators is refused by name`() throws {
    let keys = try testKeys(1)
    #expect(throws: KeyMismatch.noValidators) { try [].check(against: Validators([])) }
    #expect(throws: KeyMismatch.noValidators) { try keys.check(against: Validators([])) }
  }

  @Test func `scenario 50: keys that are not the registry's are refused before anything is signed`()
    throws
  {
    let (keys, others) = (try testKeys(3), try testKeys(3, seed: 2))
    #expect(throws: KeyMismatch.notInRegistry(2, validatorCount: 2)) {
      try keys.check(against: registry(Array(keys[..<2])))
    }
    #expect(throws: KeyMismatch.otherKey(1, role: "attestation")) {
      try [others[1]].check(against: registry(keys))
    }
    let mixed = ValidatorKeys(
      index: 1, attestation: keys[1].attestation, proposal: others[1].proposal)
    #expect(throws: KeyMismatch.otherKey(1, role: "proposal")) {
      try [mixed].check(against: registry(keys))
    }
    #expect(
      KeyMismatch.otherKey(1, role: "proposal").description.hasPrefix(
        "the proposal key of validator 1 is not the one that the genesis state has for it"))
  }
}
