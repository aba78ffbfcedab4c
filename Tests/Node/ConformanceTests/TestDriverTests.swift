import Foundation
import Testing

@testable import Conformance

/// Sends the repository's vectors as hive does, and judges the answers as hive does.
struct TestDriverTests {
  private typealias Object = [String: Any]

  private let driver = TestDriver()

  private func send(_ path: String, _ body: Object) throws -> (status: Int, answer: Object) {
    let data = try JSONSerialization.data(withJSONObject: body)
    let answer = try #require(driver.answer(TestDriver.root + path, data))
    let object = answer.body.isEmpty ? nil : try JSONSerialization.jsonObject(with: answer.body)
    return (answer.status, object as? Object ?? [:])
  }

  private func cases(_ keys: String...) throws -> [(name: String, Object)] {
    let paths = FileManager.default.enumerator(atPath: vectors.path)?.compactMap { $0 as? String }
    return try (paths ?? []).filter { $0.hasSuffix(".json") }.sorted().compactMap { path in
      let data = try Data(contentsOf: vectors.appending(path: path))
      guard let object = try JSONSerialization.jsonObject(with: data) as? Object,
        keys.allSatisfy({ object[$0] != nil }), object["leanEnv"] as? String == "test",
        SupersededCases.rules[URL(filePath: path).deletingPathExtension().lastPathComponent] == nil
      else { return nil }
      return (path, object)
    }
  }

  private func isRejected(_ vector: Object) -> Bool {
    vector["rejectionReason"] is String || vector["expectException"] is String
  }

  @Test func `Fork choice steps are answered as hive expects`() throws {
    let cases = try cases("anchorState", "anchorBlock", "steps")
    #expect(cases.count > 90)
    for (name, vector) in cases {
      let steps = try #require(vector["steps"] as? [Object])
      let start = try send(
        "fork_choice/init",
        ["anchorState": vector["anchorState"] ?? [], "anchorBlock": vector["anchorBlock"] ?? []])
      guard !(steps.isEmpty && isRejected(vector)) else {
        #expect((400..<500).contains(start.status), "\(name)")
        continue
      }
      #expect(start.status == 204, "\(name)")
      for (index, step) in steps.enumerated() {
        let (status, answer) = try send("fork_choice/step", step)
        #expect(status == 200, "\(name) \(index)")
        let place = Comment(rawValue: "\(name) step \(index): \(answer["error"] ?? "")")
        #expect(answer["accepted"] as? Bool == (step["valid"] as? Bool ?? true), place)
        let checks = step["checks"] as? Object ?? [:]
        let snapshot = try #require(answer["snapshot"] as? Object)
        for key in ["headSlot", "headRoot", "time", "safeTarget"] {
          guard let expected = checks[key] as? NSObject else { continue }
          #expect(snapshot[key] as? NSObject == expected, "\(name) step \(index) \(key)")
        }
      }
    }
  }

  @Test func `State transitions are answered as hive expects`() throws {
    let cases = try cases("pre", "blocks")
    #expect(cases.count > 50)
    for (name, vector) in cases {
      let (status, answer) = try send("state_transition/run", vector)
      #expect(status == 200)
      #expect(answer["succeeded"] as? Bool == !isRejected(vector), "\(name)")
      guard let slot = (vector["post"] as? Object)?["slot"] as? Int else { continue }
      #expect((answer["post"] as? Object)?["slot"] as? Int == slot, "\(name)")
    }
  }

  @Test func `Signatures of blocks are answered as hive expects`() throws {
    for (name, vector) in try cases("anchorState", "signedBlock")
    where vector["proofSetting"] as? Int != 0 {
      let (_, answer) = try send("verify_signatures/run", vector)
      #expect(answer["succeeded"] as? Bool == !isRejected(vector), "\(name)")
    }
  }

  @Test func `What is no request is refused, and the driver goes on`() throws {
    #expect(driver.answer("/lean/v0/health", Data()) == nil)
    #expect(driver.answer(TestDriver.root + "nonsense", Data()) == nil)
    #expect(driver.answer(TestDriver.root + "fork_choice/init", Data("{".utf8))?.status == 400)
    #expect(try send("fork_choice/step", ["stepType": "checks"]).status == 409)
  }

  @Test(arguments: [
    ("1", true), (" TRUE ", true), ("Yes\n", true), ("0", false), ("", false), (nil, false),
  ])
  func `The variable that asks for the driver is read as hive's clients do`(
    value: String?, isWanted: Bool
  ) {
    #expect(TestDriver.isWanted(value) == isWanted)
  }
}
