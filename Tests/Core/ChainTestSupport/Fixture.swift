internal import Consensus
package import ForkChoice
package import Hashing
internal import SSZ
package import XMSS

/// What tests of the engine and of its host begin with.
package enum Fixture {
  /// The genesis of test chains, in milliseconds since 1970.
  package static let genesis: UInt64 = 1_000_000

  /// The store of a fresh chain.
  package static func genesisStore(validators count: Int) throws -> Store {
    var entries: [Validator] = []
    for index in 0..<count {
      let key = { (kind: UInt8) in
        guard let key = Bytes52(Array(repeating: 0, count: 50) + [UInt8(index), kind]) else {
          preconditionFailure("a key has 52 bytes")
        }
        return PublicKey(key)
      }
      entries.append(
        Validator(
          attestationPublicKey: key(1), proposalPublicKey: key(2),
          index: ValidatorIndex(UInt64(index))))
    }
    let state = State(genesisTime: genesis / 1000, validators: try Validators(entries))
    let block = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    return try Store(anchor: block, state: state)
  }

  /// A well-formed signature of the test scheme that signs nothing.
  package static func signature(_ number: UInt8) -> Signature {
    // Offsets of randomness, hashes (296 = 0x128) and siblings; everything else is zero.
    var bytes = [UInt8](repeating: 0, count: 424)
    (bytes[0], bytes[4], bytes[32], bytes[33], bytes[36]) = (36, number, 40, 1, 4)
    do {
      return try Signature(ssz: bytes, scheme: .test)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// A root that is told apart by one byte.
package func root(_ number: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = number }
}
