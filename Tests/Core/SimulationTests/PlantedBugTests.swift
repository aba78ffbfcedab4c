import Simulation
import Testing

/// A checker that cannot fail checks nothing: each is shown a running cluster with one mistake.
struct PlantedBugTests {
  @Test(arguments: PlantedBug.allCases)
  func `a planted bug is found by the checker of its rule`(bug: PlantedBug) {
    var options = SimulationOptions()
    options.slots = 64
    options.plantedBug = bug
    var cluster = Cluster(options)
    cluster.run()
    #expect(cluster.violation?.invariant == bug.invariant)
  }

  @Test func `every invariant has a planted bug`() {
    #expect(Set(PlantedBug.allCases.map(\.invariant)) == Set(Invariant.allCases))
  }
}
