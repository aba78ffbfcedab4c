import Consensus
import Devnet
import Foundation
import NodeStatus
import NodeTestSupport
import Simulation
import Testing

/// A real devnet in real time.
///
/// It takes minutes, so it runs only where it is asked for:
/// `SWIFTLET_DEVNET_SLOTS=24 swift test --filter DevnetRunTests`, as `.ci/run` does.
struct DevnetRunTests {
  /// Intervals that a busy machine may be late past: one in a hundred of four nodes' ticks.
  private static func tolerance(slots: UInt64) -> Int { Int(slots) * 5 * 4 / 100 }

  @Test(.enabled(if: wantedSlots != nil))
  func `four nodes and one aggregator finalize three slots behind the head`() async throws {
    let slots = try #require(wantedSlots)
    let scratch = try Scratch()
    var settings = DevnetSettings()
    settings.directory = scratch.path("devnet")
    settings.keySlots = 1_024
    let chain = try DevnetChain.open(
      settings.validated(), unixSeconds: { UInt64(Date().timeIntervalSince1970) },
      onProgress: { _ in })
    let leaves = try LeafWatch(path: chain.leafRecordPath)
    let devnet = try Devnet(settings, chain: chain, leaves: leaves)
    let monitor = EventMonitor(devnet) { print($0) }
    try devnet.start()
    while devnet.currentSlot.rawValue <= slots { try await Task.sleep(for: .milliseconds(100)) }
    await devnet.stop()
    let report = monitor.finish()
    print(report.table)

    #expect(report.errors == [])
    #expect(leaves.violations == [])
    #expect(report.counters.outcomes.map(\.name) == ["hit"])
    #expect(report.counters.hits >= Int(slots))
    #expect(report.counters.staleCount == 0)
    #expect(report.counters.missedIntervalCount <= Self.tolerance(slots: slots))
    #expect((report.finalizedSlot ?? 0) + 4 >= slots)
    #expect(report.finalityLag.quantile(perMille: 500) == 3)
  }
}

private let wantedSlots = ProcessInfo.processInfo.environment["SWIFTLET_DEVNET_SLOTS"]
  .flatMap(UInt64.init)
