import Consensus
import Hashing
import SSZ
import Testing
import XMSS

struct ValidatorsTests {
  private func short(_ byte: UInt8) throws -> PublicKey {
    try #require(PublicKey([UInt8](repeating: byte, count: 32)))
  }

  @Test func `a registry of 32-byte keys has entries of 72 bytes and finds them again`() throws {
    // Fourteen entries have as many bytes as nine with long keys.
    for count in [1, 9, 14, 28] as [UInt8] {
      let entries = try (0..<count).map { index in
        Validator(
          attestationPublicKey: try short(index), proposalPublicKey: try short(index + 100),
          index: ValidatorIndex(UInt64(index)))
      }
      let registry = try Validators(entries)
      let bytes = registry.sszBytes()
      #expect(bytes.count == Int(count) * 72)
      #expect(try Validators(ssz: bytes) == registry)
      #expect(registry.publicKeyByteCount == 32)
    }
    let one = Validator(attestationPublicKey: try short(1), proposalPublicKey: try short(2))
    let root = Merkle.root(of: [
      Bytes32 { for index in 0..<32 { $0[index] = 1 } },
      Bytes32 { for index in 0..<32 { $0[index] = 2 } }, .zero,
    ])
    #expect(one.hashTreeRoot() == root)
  }

  @Test func `keys of two schemes do not go into one registry`() throws {
    let long = validator(0)
    let other = Validator(
      attestationPublicKey: try short(1), proposalPublicKey: try short(2), index: 1)
    #expect(
      throws: SSZError.invalidValue("validator at position 1 has keys of another scheme")
    ) {
      try Validators([long, other])
    }
  }

  private func validator(_ index: UInt64) -> Validator {
    Validator(
      attestationPublicKey: PublicKey(Bytes52()), proposalPublicKey: PublicKey(Bytes52()),
      index: ValidatorIndex(index))
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
        attestationPublicKey: PublicKey(
          Bytes52((0..<52).map { UInt8($0) + UInt8(index) }) ?? Bytes52()),
        proposalPublicKey: PublicKey(Bytes52((0..<52).map { 200 - UInt8($0) }) ?? Bytes52()),
        index: ValidatorIndex(index))
    }
    let registry = try Validators(validators)
    let plain = validators.flatMap { validator in
      validator.attestationPublicKey.bytes + validator.proposalPublicKey.bytes
        + validator.index.sszBytes()
    }
    #expect(registry.sszBytes() == plain)
    let roots = validators.map { validator in
      Merkle.root(of: [
        validator.attestationPublicKey.hashTreeRoot(), validator.proposalPublicKey.hashTreeRoot(),
        validator.index.hashTreeRoot(),
      ])
    }
    #expect(
      registry.hashTreeRoot() == Merkle.mixIn(count: 5, to: Merkle.root(of: roots, limit: 4096)))
    #expect(try Validators(ssz: plain) == registry)
    #expect(throws: SSZError.partialElement(byteCount: 113, elementByteCount: 112)) {
      try Validators(ssz: [UInt8](repeating: 0, count: 113))
    }
    #expect(throws: SSZError.limitExceeded(count: 4097, limit: 4096)) {
      try Validators(ssz: [UInt8](repeating: 0, count: 4097 * 112))
    }
  }
}
