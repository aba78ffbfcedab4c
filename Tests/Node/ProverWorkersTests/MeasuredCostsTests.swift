import Aggregation
import Foundation
import Testing

@testable import ProverWorkers

struct MeasuredCostsTests {
  @Test func `a merge counts the proposer as a component and costs what was measured`() throws {
    let model = MeasuredCosts.leanVM.model
    func merge(_ components: Int) -> Double {
      model.latency(of: .merge(components: components)) / .milliseconds(1)
    }
    #expect(abs(merge(2) - 1_900) < 10)
    #expect(abs(merge(3) - 3_367) < 10)
    #expect(abs(merge(5) - 6_300) < 10)
    // A block without attestations is the proposer's signature alone.
    #expect(merge(1) > 300 && merge(1) < 700)
  }

  @Test func `figures are found again, and those of another generation or out of range are not`()
    throws
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "costs-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let generation = MeasuredCosts.leanVM.generation
    #expect(MeasuredCosts(path: path, generation: generation) == nil)
    try MeasuredCosts.leanVM.write(to: path)
    #expect(MeasuredCosts(path: path, generation: generation) == .leanVM)
    #expect(MeasuredCosts(path: path, generation: "another") == nil)
    var wrong = MeasuredCosts.leanVM
    wrong.verifyMilliseconds = -1
    try wrong.write(to: path)
    #expect(MeasuredCosts(path: path, generation: generation) == nil)
    wrong = .leanVM
    wrong.mergeMilliseconds = []
    try wrong.write(to: path)
    #expect(MeasuredCosts(path: path, generation: generation) == nil)
  }
}
