import Aggregation
import AggregationTestSupport
import Hashing
import Testing
import XMSS

struct MockBackendTests {
  private let mock = MockBackend(real: XMSSListBackend(scheme: .test))

  @Test func `a placeholder of the reference specification is accepted`() throws {
    let proof = [0] + Array("MOCKED-AGGREGATION-PROOF".utf8) + [0] + root(9).bytes
    try mock.verify(proof, publicKeys: [], message: root(1), slot: 1)
    try mock.verify(proof, components: [])
  }

  @Test func `everything else is checked for real`() {
    #expect(throws: AggregationError.malformed(.header)) {
      try mock.verify([0, 1], publicKeys: [], message: root(1), slot: 1)
    }
  }

  @Test func `the product's backend refuses placeholders`() throws {
    let signer = try TestSigner(count: 1)
    let signatures = try signer.sign(0, message: root(1), slot: 3)
    let proof = try mock.aggregate(
      children: [], signatures: [signatures], message: root(1), slot: 3)
    #expect(proof.starts(with: MockBackend.header))
    #expect(throws: AggregationError.malformed(.header)) {
      try XMSSListBackend(scheme: .test).verify(
        proof, publicKeys: signer.publicKeys, message: root(1), slot: 3)
    }
  }
}
