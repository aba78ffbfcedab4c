import Foundation
import Testing

/// `swiftlet keys` as people run it: the built program, its output and its exit status.
struct KeysCommandTests {
  @Test func `keys are generated, inspected and checked`() throws {
    let scratch = try Scratch()
    let made = try swiftlet(
      "keys", "generate", "--validators", "2", "--scheme", "test", "--slots", "256", "--out",
      scratch.path)
    #expect(
      made.output == "2 validators, scheme test, slots 0 to 255, in \(scratch.path)/hash-sig-keys\n"
    )
    #expect(made.errors.hasPrefix("0 of 4 keys\n"))
    #expect(made.errors.contains("4 of 4 keys, "))
    #expect(made.errors.contains(" leaves/s, 0 s left"))
    let checked = try swiftlet("keys", "check", scratch.path)
    #expect(checked == Outcome(output: "4 of 4 keys are in order\n"))
    let shown = try swiftlet("keys", "inspect", scratch.path, "--slot", "56")
    #expect(shown.output.hasPrefix("scheme test, 2 validators, no journal yet\nvalidator 0 attes"))
    #expect(shown.output.contains("  slots 0 to 255, 200 leaves left from slot 56, floor none\n"))
    let again = try swiftlet(
      "keys", "generate", "--validators", "2", "--scheme", "test", "--slots", "256", "--out",
      scratch.path)
    #expect(again.errors == "4 of 4 keys\n")
  }

  @Test
  func `a killed run is finished by the next, which changes no key, and two at once do not mix`()
    throws
  {
    let scratch = try Scratch()
    let arguments = [
      "keys", "generate", "--validators", "3", "--scheme", "devnet", "--slots", "2048", "--out",
      scratch.path,
    ]
    let folder = "\(scratch.path)/hash-sig-keys"
    let first = "\(folder)/validator_0_attester_key_sk.ssz"
    let killed = try start(arguments)
    while !FileManager.default.fileExists(atPath: first) { usleep(1_000) }
    let second = try swiftlet(arguments)
    #expect(second.status != 0)
    #expect(second.errors.contains("hash-sig-keys: is in use by another process"))
    kill(killed.processIdentifier, SIGKILL)
    killed.waitUntilExit()
    #expect(killed.terminationReason == .uncaughtSignal)
    let key = try Data(contentsOf: URL(filePath: first))
    #expect(try swiftlet(arguments).status == 0)
    #expect(try Data(contentsOf: URL(filePath: first)) == key)
    #expect(
      try swiftlet("keys", "check", scratch.path) == Outcome(output: "6 of 6 keys are in order\n"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.allSatisfy { $0.hasPrefix("validator") }, "\(names)")
  }

  /// Starts the program, its output dropped.
  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = try swiftletProgram()
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test func `a bad key makes the check fail and is named`() throws {
    let scratch = try Scratch()
    _ = try swiftlet(
      "keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "1", "--out",
      scratch.path)
    let file = "\(scratch.path)/hash-sig-keys/validator_0_attester_key_sk.ssz"
    try Data([1, 2, 3]).write(to: URL(filePath: file))
    let checked = try swiftlet("keys", "check", scratch.path)
    #expect(checked.status == 1)
    #expect(checked.output.contains("\(file): is no key of the test scheme"))
    #expect(checked.output.hasSuffix("1 of 2 keys are in order\n"))
  }

  @Test func `a record moves from journal to journal`() throws {
    let scratch = try Scratch()
    let record = "\(scratch.path)/record.json"
    let key = "0x" + String(repeating: "07", count: 52)
    let genesis = "0x" + String(repeating: "01", count: 32)
    try Data(
      """
      {"metadata": {"interchange_format_version": "swiftlet-one-time-1"}, "data": [{
        "pubkey": "\(key)", "genesis_id": "\(genesis)", "high_water_slot": "9", "signed": []}]}
      """.utf8
    ).write(to: URL(filePath: record))
    let journal = "\(scratch.path)/journal.sqlite"
    let imported = try swiftlet("keys", "journal", "import", journal, "--from", record)
    #expect(imported == Outcome(output: "key \(key): signs above slot 9\n"))
    let shown = try swiftlet("keys", "journal", "show", journal)
    #expect(
      shown.output
        == "key \(key)\n  genesis 0x01010101: floor 9, last signed slot none\n")
    let copy = "\(scratch.path)/copy.json"
    let exported = try swiftlet("keys", "journal", "export", journal, "--to", copy)
    #expect(exported.status == 0)
    #expect(try swiftlet("keys", "journal", "show", journal).output.contains(", retired\n"))
    let other = "\(scratch.path)/other.sqlite"
    #expect(try swiftlet("keys", "journal", "import", other, "--from", copy) == imported)
  }

  @Test(arguments: [
    (
      ["keys", "generate", "--validators", "0", "--scheme", "test", "--slots", "1", "--out", "x"],
      "--validators is 0; take 1 to 4096"
    ),
    (
      ["keys", "generate", "--validators", "1", "--scheme", "best", "--slots", "1", "--out", "x"],
      "there is no scheme 'best'; take one of: production, devnet, test"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--out", "/tmp/swiftlet-never-made",
        "--scheme", "leanxmss", "--data-dir", "/nonexistent",
      ],
      "leanVM is not installed in /nonexistent/prover"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--out", "/tmp/swiftlet-never-made",
        "--scheme", "leanxmss", "--slots", "5",
      ],
      "leave --slots and --first-slot out"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--out", "/tmp/swiftlet-never-made",
        "--scheme", "devnet",
      ],
      "keys of devnet need --slots"
    ),
    (
      ["keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "0", "--out", "x"],
      "--slots is 0; take 1 or more"
    ),
    (
      [
        "keys", "generate", "--validators", "many", "--scheme", "test", "--slots", "1", "--out",
        "x",
      ],
      "The value 'many' is invalid for '--validators <count>'"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "1", "--out", "x",
        "--first-validator", "4096",
      ], "a registry has at most 4096 validators; lower --first-validator"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "1", "--out", "x",
        "--first-slot", "18446744073709551615",
      ], "together pass the last slot; lower them"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "1", "--out", "x",
        "--node", "a", "--node", "a",
      ], "--node names must be different and not empty"
    ),
    (
      [
        "keys", "generate", "--validators", "1", "--scheme", "test", "--slots", "999",
        "--out", "/tmp/swiftlet-never-made",
      ],
      "no keys can be made: slots up to 999 asked for, the scheme has 256"
    ),
    (["keys", "inspect", "/nonexistent"], "/nonexistent: holds no validator-keys-manifest.yaml"),
    (["keys", "check", "/nonexistent"], "make keys with `swiftlet keys generate`"),
    (["keys", "journal", "show", "/nonexistent"], "/nonexistent does not exist; name the journal"),
    (
      ["keys", "journal", "import", "/tmp/x", "--from", "/nonexistent"],
      "/nonexistent: does not exist"
    ),
    (
      ["keys", "journal", "export", "/nonexistent", "--to", "/tmp"], "/tmp exists; name a new file"
    ),
    (
      ["keys", "journal", "export", "/nonexistent", "--to", "/proc/sys/never"],
      "/proc/sys cannot be written by this user; name a file elsewhere: nothing was exported"
    ),
    (
      ["keys", "journal", "export", "/nonexistent", "--to", "/tmp/never", "--key", "0x12"],
      "--key 0x12 is not 52 bytes of hexadecimal"
    ),
  ])
  func `bad input is one clear line with the remedy`(arguments: [String], text: String) throws {
    let outcome = try swiftlet(arguments)
    #expect(outcome.status != 0)
    #expect(outcome.output == "")
    let line = outcome.errors.split(separator: "\n").first ?? ""
    #expect(line.hasPrefix("Error: "), "\(outcome.errors)")
    #expect(line.contains(text), "\(outcome.errors)")
  }

  @Test(arguments: ["generate", "inspect", "check", "journal"])
  func `help teaches`(command: String) throws {
    let help = try swiftlet("keys", command, "--help").output
    #expect(help.contains("OVERVIEW: "))
    #expect(help.count > 400)
  }
}

/// A directory of its own that goes away with the test.
private final class Scratch {
  let path: String

  init() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "swiftlet-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
