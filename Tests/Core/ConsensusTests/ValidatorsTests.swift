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

  @Test func `the encoding in one block is that of the plain list`() throws {
    let validators = (0..<5 as Range<UInt64>).map { index in
      Validator(
        attestationPublicKey: Bytes52((0..<52).map { UInt8($0) + UInt8(index) }) ?? Bytes52(),
        proposalPublicKey: Bytes52((0..<52).map { 200 - UInt8($0) }) ?? Bytes52(),
        index: ValidatorIndex(index))
    }
    let plain = try SSZList<Validator, 4096>(validators)
    let registry = try Validators(validators)
    #expect(registry.sszBytes() == plain.sszBytes())
    #expect(registry.hashTreeRoot() == plain.hashTreeRoot())
    #expect(try Validators(ssz: plain.sszBytes()) == registry)
    #expect(throws: SSZError.partialElement(byteCount: 113, elementByteCount: 112)) {
      try Validators(ssz: [UInt8](repeating: 0, count: 113))
    }
    #expect(throws: SSZError.limitExceeded(count: 4097, limit: 4096)) {
      try Validators(ssz: [UInt8](repeating: 0, count: 4097 * 112))
    }
  }
}
