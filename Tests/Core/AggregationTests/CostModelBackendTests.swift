import Aggregation
import AggregationTestSupport
import Hashing
import Synchronization
import Testing
import XMSS

struct CostModelBackendTests {
  private final class Naps: Sendable {
    let taken = Mutex<[Duration]>([])
    func take(_ nap: Duration) { taken.withLock { $0.append(nap) } }
  }

  @Test func `every operation takes its time and does its work`() throws {
    let naps = Naps()
    let base = XMSSListBackend(scheme: .test)
    let backend = CostModelBackend(base, model: .gean, sleep: naps.take)
    let signer = try TestSigner(count: 2)
    try backend.prepare()
    let signatures = try signer.sign(0, 1, message: root(1), slot: 3)
    let single = try backend.aggregate(
      children: [], signatures: signatures, message: root(1), slot: 3)
    let keys = signer.publicKeys
    try backend.verify(single, publicKeys: keys, message: root(1), slot: 3)
    let multi = try backend.merge([KeyedProof(proof: single, publicKeys: keys)])
    let binding = ComponentBinding(publicKeys: keys, message: root(1), slot: 3)
    try backend.verify(multi, components: [binding])
    #expect(
      try backend.split(multi, publicKeysPerComponent: [keys], message: root(1)) == single)
    #expect(
      naps.taken.withLock { $0 } == [
        .seconds(10), .milliseconds(2_616), .milliseconds(130), .milliseconds(1_500),
        .milliseconds(130), .milliseconds(1_500),
      ])
  }

  @Test func `the name says that a model is on, and virtual time can ask instead of sleeping`() {
    let backend = CostModelBackend(XMSSListBackend(scheme: .test), model: .gean, sleep: { _ in })
    #expect(backend.name == "xmss-list+gean")
    #expect(backend.predictedLatency(of: .merge(components: 2)) == .milliseconds(2_700))
    #expect(XMSSListBackend(scheme: .test).predictedLatency(of: .merge(components: 2)) == nil)
    #expect(backend.capabilities.needsPreparation)
  }

  @Test func `refusals of the base come through`() {
    let backend = CostModelBackend(XMSSListBackend(scheme: .test), model: .gean, sleep: { _ in })
    #expect(throws: AggregationError.componentCount(0)) { try backend.merge([]) }
  }

  /// Published figures in milliseconds, and how far a straight line may be off.
  @Test(arguments: [
    (AggregationCostModel.gean, AggregationWork.merge(components: 1), 1_500, 200),
    (.gean, .merge(components: 2), 2_900, 200),
    (.gean, .merge(components: 3), 3_800, 200),
    (.gean, .merge(components: 5), 5_700, 700),
    (.gean, .merge(components: 9), 11_300, 300),
    (.gean, .aggregate(signatures: 4, children: 0), 2_982, 5),
    (.m4Max, .merge(components: 2), 460, 110),
    (.ethlambda, .merge(components: 2), 500, 10),
    (.ethlambda, .merge(components: 16), 3_000, 50),
    (.twoCores, .aggregate(signatures: 1, children: 0), 630, 50),
    (.twoCores, .aggregate(signatures: 4, children: 0), 830, 60),
    (.twoCores, .aggregate(signatures: 16, children: 0), 1_190, 50),
    (.twoCores, .merge(components: 2), 5_400, 600),
    (.twoCores, .merge(components: 3), 9_700, 1_200),
    (.twoCores, .merge(components: 4), 10_600, 600),
    (.twoCores, .split(components: 2), 3_000, 0),
    (.twoCores, .verify(signers: 10, components: 2), 70, 5),
  ])
  func `a preset agrees with the figures that it names`(
    model: AggregationCostModel, work: AggregationWork, milliseconds: Int, tolerance: Int
  ) {
    let difference = model.latency(of: work) - .milliseconds(milliseconds)
    #expect(difference <= .milliseconds(tolerance))
    #expect(difference >= .milliseconds(-tolerance))
  }

  @Test func `presets are found by their names`() {
    for preset in AggregationCostModel.presets {
      #expect(AggregationCostModel(named: preset.name) == preset)
    }
    #expect(AggregationCostModel(named: "wishful") == nil)
  }
}
