import Aggregation
import Consensus
import Devnet
import Networking
import Testing
import XMSS

struct DevnetSettingsTests {
  @Test func `the default devnet is one that can be made`() throws {
    #expect(try DevnetSettings().validated().nodes == 4)
  }

  @Test func `what cannot work is refused by name before anything starts`() {
    let capacity = XMSSListBackend.maximumValidators(scheme: .devnet)
    let refusals: [(DevnetRefusal, (inout DevnetSettings) -> Void)] = [
      (.nodeCount(0), { $0.nodes = 0 }),
      (.nodeCount(33), { $0.nodes = 33 }),
      (.idleNodes(nodes: 4, validators: 3), { $0.validators = 3 }),
      (.noAggregator, { $0.aggregators = 0 }),
      (.tooManyAggregators(aggregators: 5, nodes: 4), { $0.aggregators = 5 }),
      (
        .tooManyValidators(validators: capacity + 1, capacity: capacity, scheme: "devnet"),
        { $0.validators = capacity + 1 }
      ),
      (.secondsPerSlot(3), { $0.secondsPerSlot = 3 }),
      (.keySlots(0, lifetime: 1 << 20), { $0.keySlots = 0 }),
      (.noSlots, { $0.slotLimit = 0 }),
      (.loss(perMille: 1_001), { $0.conditions.lossPerMille = 1_001 }),
      (.delay(milliseconds: 4_001), { $0.conditions.delayMilliseconds = 0...4_001 }),
      (
        .processes,
        {
          $0.runsProcesses = true
          $0.secondsPerSlot = 2
        }
      ),
      (.conditionsOfRealNetwork, { $0.conditions.lossPerMille = 1 }),
      (.apiPort(0), { $0.firstAPIPort = 0 }),
      (.apiPort(65_533), { $0.firstAPIPort = 65_533 }),
      (.basePort(0), { $0.basePort = 0 }),
      (.basePort(65_533), { $0.basePort = 65_533 }),
      (
        .basePort(9_000),
        {
          $0.basePort = 9_000
          $0.transport = .memory
        }
      ),
    ]
    for (refusal, change) in refusals {
      var settings = DevnetSettings()
      change(&settings)
      #expect(throws: refusal) { try settings.validated() }
    }
  }

  @Test func `a refusal is one line that names an option`() {
    let refusals: [DevnetRefusal] = [
      .conditionsOfRealNetwork, .processes, .otherFiles("x"), .basePort(0), .apiPort(0),
      .noPorts("no"),
      .nodeCount(0), .noAggregator,
      .secondsPerSlot(3), .noSlots, .loss(perMille: 2_000),
      .foreignDirectory("x"), .damagedDirectory("x", reason: "y"), .directoryInUse("x"),
      .diskSpace("x", needed: 1 << 30, free: 1 << 20), .directory("x", reason: "y"),
    ]
    for refusal in refusals {
      #expect(refusal.description.contains("--"))
      #expect(!refusal.description.contains("\n"))
    }
  }

  @Test func `validators are dealt out to the nodes in turn`() {
    var settings = DevnetSettings()
    (settings.nodes, settings.validators) = (3, 7)
    #expect((0..<3).map { settings.validators(ofNode: $0) } == [[0, 3, 6], [1, 4], [2, 5]])
  }
}
