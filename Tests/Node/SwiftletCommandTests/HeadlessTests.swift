import Foundation
import Testing

/// Pictures without a terminal, of a recording and of a devnet.
struct HeadlessTests {
  private func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "headless-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test(arguments: [
    (["devnet", "--headless"], "--headless needs --slots: how many to run before the picture"),
    (["devnet", "--headless", "--slots", "1", "--size", "0x9"], "'0x9' is not a size like 120x36"),
    (
      ["devnet", "--headless", "--slots", "1", "--node", "4"],
      "there is no node 4; there are 4, counted from 0"
    ),
    (["devnet", "--screenshot", "x"], "--screenshot is for --headless; on the screen press s"),
    (["devnet", "--headless", "--slots", "1", "--page", "nine"], "there is no page 'nine'; take"),
    (["devnet", "--fps", "0"], "0 frames a second are not between 1 and 60"),
    (["devnet", "--colors", "many"], "'many' is no number of colours; take one of: auto, true"),
    (["replay", "x", "--until", "3"], "--until is for --headless"),
    (["replay", "x", "--speed", "0"], "the speed 0.0 is not between 0.1 and 100"),
  ])
  func `a picture that cannot be is refused in words`(arguments: [String], words: String) throws {
    let refused = try swiftlet(arguments)
    #expect(refused.status == 64)
    #expect(refused.errors.contains(words), "\(refused.errors)")
  }

  @Test func `a theme that is not there is refused before keys are made`() throws {
    let folder = try folder()
    let refused = try swiftlet(
      "devnet", "--theme", "midnite", "--no-tui", "--data-dir", folder.path + "/data")
    #expect(refused.status != 0)
    #expect(refused.errors.contains("no theme 'midnite'; known: midnight,"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
  }

  @Test func `a recording that is none is refused in one line`() throws {
    let missing = try swiftlet("replay", "/nowhere/x.jsonl")
    #expect(missing.status != 0)
    #expect(missing.errors.hasPrefix("Error: cannot read the recording '/nowhere/x.jsonl': "))
    #expect(missing.errors.split(separator: "\n").count == 1)
    let file = try folder().appending(path: "empty.jsonl")
    try "".write(to: file, atomically: true, encoding: .utf8)
    let empty = try swiftlet("replay", file.path, "--headless")
    #expect(empty.errors == "Error: '\(file.path)' is no recording: it has no event\n")
    try "hello\n".write(to: file, atomically: true, encoding: .utf8)
    let other = try swiftlet("replay", file.path)
    #expect(other.errors.hasPrefix("Error: '\(file.path)' is no recording: empty.jsonl:1: "))
    #expect(other.errors.split(separator: "\n").count == 1)
  }

  @Test func `a devnet is drawn after its slots, with progress beside it`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try swiftlet(
      [
        "devnet", "--headless", "--slots", "4", "--seconds-per-slot", "1", "--scheme", "test",
        "--key-slots", "64", "--nodes", "2", "--data-dir", folder.path + "/data", "--size",
        "100x30", "--screenshot", folder.path + "/pictures/shot", "--record",
        folder.path + "/run.jsonl",
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("the picture is in \(folder.path)/pictures/shot.txt"))
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(run.errors.contains("slot 4 · validator"))
    for suffix in ["txt", "ansi", "svg", "json"] {
      let file = folder.path + "/pictures/shot." + suffix
      #expect(try String(contentsOfFile: file, encoding: .utf8).count > 500, "\(suffix)")
    }
    let text = try String(contentsOfFile: folder.path + "/pictures/shot.txt", encoding: .utf8)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let replay = try swiftlet("replay", folder.path + "/run.jsonl", "--headless", "--page", "chain")
    #expect(replay.output.contains("fork choice"))
    // As lines into a pipe, all of them at once; a full disk is an error.
    let lines = try swiftlet("replay", folder.path + "/run.jsonl")
    let events = try String(contentsOfFile: folder.path + "/run.jsonl", encoding: .utf8)
    #expect(lines.status == 0)
    #expect(lines.output.split(separator: "\n").count >= events.split(separator: "\n").count / 2)
    #expect(lines.output.contains("proposal_outcome"))
    let full = try swiftlet(["replay", folder.path + "/run.jsonl"], output: "/dev/full")
    #expect(
      full.status == 1 && full.errors.hasPrefix("Error: cannot write to standard output: "),
      "\(full.errors)")
    let again = try swiftlet(
      "replay", folder.path + "/run.jsonl", "--headless", "--screenshot",
      folder.path + "/pictures/shot")
    #expect(again.output.hasPrefix("the picture is in \(folder.path)/pictures/shot-2.txt"))
    #expect(
      try String(contentsOfFile: folder.path + "/pictures/shot.txt", encoding: .utf8) == text)
    let noNode = try swiftlet("replay", folder.path + "/run.jsonl", "--headless", "--node", "2")
    #expect(noNode.errors == "Error: there is no node 2; there are 2, counted from 0\n")
  }
}
