import Consensus
import SSZ
import Testing

struct ValidatorsTests {
  private func validator(_ index: UInt64) -> Validator {
    Validator(
      attestationPublicKey: Bytes52(), proposalPublicKey: Bytes52(), index: ValidatorIndex(index))
  }

  @Test func `a validator at another position than its index is refused`() throws {
    let validators = try Validators([validator(0), validator(1)])
    #expect(try Validators(ssz: validators.sszBytes()) == validators)
    #expect(throws: SSZError.invalidValue("validator at position 1 has index 2")) {
      try Validators([validator(0), validator(2)])
    }
  }
}
