import ChainEvents
import Consensus
import Devnet
import Foundation
import NodeStatus
import NodeTestSupport
import Testing

/// Processes of a devnet that are killed again and again, in real time.
///
/// It takes minutes, so it runs only where it is asked for:
/// `SWIFTLET_DEVNET_KILLS=50 swift test --filter DevnetKillTests`; `SWIFTLET_PROGRAM` names the
/// program if it is not the one beside the tests.
struct DevnetKillTests {
  @Test(.enabled(if: wantedKills != nil))
  func `processes killed at any moment sign nothing twice, open their files, and finalize again`()
    async throws
  {
    let kills = try #require(wantedKills)
    let scratch = try Scratch()
    var settings = DevnetSettings()
    settings.directory = scratch.path("devnet")
    settings.keySlots = 4_096
    settings.runsProcesses = true
    settings.program = try program()
    let chain = try DevnetChain.open(
      settings.validated(), unixSeconds: { UInt64(Date().timeIntervalSince1970) },
      onProgress: { _ in })
    let leaves = try LeafWatch(path: chain.leafRecordPath)
    let devnet = try Devnet(settings, chain: chain, leaves: leaves)
    let monitor = EventMonitor(devnet) { print($0) }
    try devnet.start()
    while devnet.currentSlot < 4 { try await Task.sleep(for: .milliseconds(100)) }
    for kill in 1...kills {
      let node = Int.random(in: 0..<settings.nodes)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...3_000)))
      devnet.toggle(.kill, node: node)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...2_000)))
      devnet.toggle(.kill, node: node)
      print("kill \(kill) of \(kills): node \(node) at slot \(devnet.currentSlot)")
    }
    let end = devnet.currentSlot + 24
    while devnet.currentSlot < end { try await Task.sleep(for: .milliseconds(100)) }
    await devnet.stop()
    let report = monitor.finish()
    print(report.table)
    print("leaves seen to sign: \(leaves.leafCount)")

    #expect(report.errors == [])
    #expect(leaves.violations == [])
    #expect(leaves.leafCount > kills)
    #expect((report.finalizedSlot ?? 0) + 8 >= end.rawValue, "finality has resumed")
  }

  private func program() throws -> String {
    if let path = ProcessInfo.processInfo.environment["SWIFTLET_PROGRAM"] { return path }
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "swiftlet").path
    guard FileManager.default.isExecutableFile(atPath: beside) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return beside
  }
}

private let wantedKills = ProcessInfo.processInfo.environment["SWIFTLET_DEVNET_KILLS"]
  .flatMap(Int.init)
