import Aggregation
import Simulation
import Testing

struct ProverPresetTests {
  @Test func `names that mean a prover`() {
    let names = ["instant", "merge-1200", "folding-900", "gean"]
    #expect(
      names.compactMap { ProverPreset(named: $0)?.name }
        == ["merge-0", "merge-1200", "folding-900", "gean"])
    #expect(ProverPreset(named: "folding-900")?.folds == true)
  }

  @Test(arguments: ["", "merge-", "merge--1", "merge-60001", "fast", "folding", "folding-", "x-1"])
  func `names that mean none`(name: String) {
    #expect(ProverPreset(named: name) == nil)
  }

  @Test func `a merge costs what its preset says, whatever is merged`() {
    let model = ProverPreset(mergeMilliseconds: 1200).model
    #expect(model.latency(of: .merge(components: 2)) == .milliseconds(1200))
    #expect(model.latency(of: .merge(components: 9)) == .milliseconds(1200))
    #expect(model.latency(of: .aggregate(signatures: 4, children: 0)) == .milliseconds(300))
  }

  @Test func `a merge of two seconds keeps up with the slots, one of three does not`() {
    let merges = [0, 1200, 2000, 3000].map { ProverPreset(mergeMilliseconds: $0).keepsUp }
    #expect(merges == [true, true, true, false])
  }
}
