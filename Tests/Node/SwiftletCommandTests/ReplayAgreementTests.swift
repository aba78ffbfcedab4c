import ChainEvents
import Devnet
import Foundation
import NodeStatus
import Testing

/// One recording of a real devnet, read in every way that there is.
struct ReplayAgreementTests {
  private static let recording = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Vectors/recordings/four-nodes.jsonl").standardizedFileURL

  private static func report() throws -> DevnetReport {
    var report = DevnetReport()
    for line in try String(contentsOf: recording, encoding: .utf8).split(separator: "\n") {
      report.update(try TimedEvent(line: String(line)))
    }
    return report
  }

  private struct Picture: Decodable {
    struct Point: Decodable { let slot: UInt64 }
    struct Node: Decodable {
      let node: String
      let head: Point
      let finalized: Point
      let counters: [String: Int]
      let alarms: [String]
    }
    let nodes: [Node]
  }

  @Test func `the report, a picture, its JSON and printed lines say the same`() throws {
    let report = try Self.report()
    let folder = FileManager.default.temporaryDirectory.appending(path: "agree-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = Self.recording.path
    let shot = folder.appending(path: "shot").path
    let drawn = try swiftlet(
      "replay", path, "--headless", "--size", "200x50", "--screenshot", shot)
    #expect(drawn.status == 0, "\(drawn.errors)")
    let picture = try JSONDecoder().decode(
      Picture.self, from: Data(contentsOf: URL(filePath: shot + ".json")))
    let printed = try swiftlet("replay", path, "--speed", "100").output.split(separator: "\n")
    #expect(picture.nodes.map(\.node) == report.fleet.nodes.map(\.name))
    for (node, told) in zip(report.fleet.nodes, picture.nodes) {
      let counters = node.counters
      #expect(told.head.slot == node.head?.slot && told.finalized.slot == node.finalized?.slot)
      #expect(told.counters["hits"] == counters.hits && counters.hits > 0)
      #expect(told.counters["missed"] == counters.missCount)
      #expect(told.counters["ticks"] == counters.ticks)
      #expect(told.alarms == node.alarms.alarms.map(\.text))
      let lines = printed.filter { $0.contains(" \(node.name) proposal_outcome: ") }
      #expect(lines.count == counters.proposals)
      #expect(lines.count { $0.contains(" hit ") } == counters.hits)
    }
    let screen = try String(contentsOfFile: shot + ".txt", encoding: .utf8)
    let first = try #require(report.fleet.nodes.first)
    #expect(screen.contains(try Regex("│ hits +\(first.counters.hits) ")))
    let total = report.counters
    #expect(report.table.contains(try Regex("  hit +\(total.hits)  \\(100\\.0 %\\)")))
    #expect(total.hits == picture.nodes.reduce(0) { $0 + ($1.counters["hits"] ?? 0) })
    let finalized = picture.nodes.map(\.finalized.slot).max()
    #expect(report.finalizedSlot == finalized)
    #expect(
      report.line(slot: 5).hasPrefix("slot 5 · validator 1 hit at +"), "\(report.line(slot: 5))")
  }
}
