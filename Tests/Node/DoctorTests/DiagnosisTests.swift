import Foundation
import Hashing
import NodeTestSupport
import SigningLedger
import Storage
import Testing

@testable import Doctor

/// A machine on which nothing is wrong.
private let soundMachine: MachineFacts = {
  var facts = MachineFacts()
  facts.processors = 4
  facts.memoryBytes = 8 << 30
  facts.kernels = [.avx2, .vector128, .portable]
  facts.kernel = .avx2
  facts.clock = MachineFacts.Clock(
    isSynchronized: true, offsetMicroseconds: -2_000, maximumErrorMicroseconds: 40_000)
  facts.openFiles = 1_048_576
  facts.receiveBufferBytes = 4 << 20
  facts.sendBufferBytes = 4 << 20
  facts.terminal = MachineFacts.Terminal(name: "xterm", columns: 120, rows: 36, isUTF8: true)
  return facts
}()

struct MachineDiagnosisTests {
  private func finding(
    _ subject: Finding.Subject, validators: Int = 0, _ change: (inout MachineFacts) -> Void
  ) -> Finding? {
    var facts = soundMachine
    change(&facts)
    return Diagnosis.findings(facts, validators: validators).first { $0.subject == subject }
  }

  @Test func `on a sound machine everything is in order`() {
    #expect(Diagnosis.findings(soundMachine, validators: 8).allSatisfy { $0.verdict == .good })
  }

  @Test func `what the system does not say is unknown, not in order`() {
    let findings = Diagnosis.findings(MachineFacts())
    for subject in [Finding.Subject.memory, .clock, .openFiles, .buffers] {
      #expect(findings.first { $0.subject == subject }?.verdict == .unknown)
    }
  }

  @Test func `a clock that nobody keeps, or that is an eighth of an interval off, is a problem`() {
    #expect(finding(.clock) { $0.clock?.isSynchronized = false }?.verdict == .problem)
    #expect(finding(.clock) { $0.clock?.offsetMicroseconds = 100_000 }?.verdict == .good)
    #expect(finding(.clock) { $0.clock?.offsetMicroseconds = -100_001 }?.verdict == .problem)
    let unheard = finding(.clock) { $0.clock?.maximumErrorMicroseconds = 2_000_001 }
    #expect(unheard?.verdict == .notice)
  }

  @Test func `open files are counted by the validators`() {
    let few = finding(.openFiles, validators: 100) { $0.openFiles = 1_111 }
    #expect(few?.verdict == .problem)
    #expect(few?.text.contains("1111 allowed, 1112 needed") == true)
    #expect(finding(.openFiles, validators: 100) { $0.openFiles = 1_112 }?.verdict == .good)
  }

  @Test func `small buffers come with the command that makes them larger`() {
    let small = finding(.buffers) { $0.receiveBufferBytes = 212_992 }
    #expect(small?.verdict == .notice)
    #expect(
      small?.text.hasSuffix("sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304") == true
    )
  }

  @Test func `a slow kernel is a problem, one that was asked for a notice`() {
    #expect(finding(.processor) { $0.kernel = .portable }?.verdict == .problem)
    #expect(finding(.processor) { $0.kernel = .vector128 }?.verdict == .notice)
    #expect(finding(.processor) { $0.processors = 1 }?.verdict == .notice)
    #expect(finding(.memory) { $0.memoryBytes = 512 << 20 }?.verdict == .notice)
  }

  @Test func `a terminal is judged by what can be drawn on it, and may be missing`() {
    #expect(finding(.terminal) { $0.terminal?.isUTF8 = false }?.verdict == .notice)
    #expect(finding(.terminal) { $0.terminal?.columns = 79 }?.verdict == .notice)
    #expect(finding(.terminal) { $0.terminal?.name = "dumb" }?.verdict == .notice)
    #expect(finding(.terminal) { $0.terminal = nil }?.verdict == .good)
  }

  @Test func `a line names verdict, subject and text in columns`() {
    #expect(Finding(.disk, .problem, "full").line == "PROBLEM disk         full")
    #expect(Finding(.buffers, .good, "large").line == "ok      UDP buffers  large")
  }

  @Test func `this machine's facts are found`() {
    let facts = MachineFacts.ofThisMachine()
    #expect((facts.processors ?? 0) > 0)
    #expect((facts.memoryBytes ?? 0) > 1 << 20)
    #expect(facts.kernels.contains(facts.kernel))
    #expect((facts.openFiles ?? 0) > 0)
  }
}

struct NodeDiagnosisTests {
  private let scratch: Scratch
  private let now: UInt64 = 1_000_000

  init() throws { scratch = try Scratch() }

  /// A node in slot 100 on which nothing is wrong.
  private func soundNode() -> NodeFacts {
    var facts = NodeFacts(dataDirectory: "/data")
    facts.freeDiskBytes = 100 << 30
    facts.genesisSeconds = now - 400
    facts.validators = 1
    facts.keys = .opened([0..<100_000, 0..<90_000])
    facts.ports = [NodeFacts.Port(name: "QUIC on UDP 9000", refusal: nil)]
    return facts
  }

  private func finding(
    _ subject: Finding.Subject, _ change: (inout NodeFacts) -> Void = { _ in }
  ) -> Finding? {
    var facts = soundNode()
    change(&facts)
    return Diagnosis.findings(facts, nowSeconds: now).first { $0.subject == subject }
  }

  @Test func `a sound node has nothing wrong`() {
    #expect(Diagnosis.findings(soundNode(), nowSeconds: now).allSatisfy { $0.verdict == .good })
    #expect(finding(.genesis)?.text == "6 minutes ago; this is slot 100")
    #expect(
      finding(.genesis) { $0.genesisSeconds = now + 60 }?.text == "slot 0 begins in 60 seconds")
  }

  @Test func `a disk is judged by its room and by the right to write`() {
    #expect(finding(.disk) { $0.freeDiskBytes = (10 << 30) - 1 }?.verdict == .notice)
    #expect(finding(.disk) { $0.freeDiskBytes = (1 << 30) - 1 }?.verdict == .problem)
    #expect(finding(.disk) { $0.freeDiskBytes = nil }?.verdict == .unknown)
    #expect(finding(.disk) { $0.writeRefusal = "Permission denied" }?.verdict == .problem)
  }

  @Test func `keys that have ended, not begun or are broken are problems`() {
    #expect(finding(.keys) { $0.keys = .opened([0..<101]) }?.verdict == .notice)
    #expect(finding(.keys) { $0.keys = .opened([0..<100]) }?.verdict == .problem)
    #expect(finding(.keys) { $0.keys = .opened([101..<200_000]) }?.verdict == .problem)
    #expect(finding(.keys) { $0.keys = .broken(reason: "cut") } == Finding(.keys, .problem, "cut"))
    #expect(finding(.keys) { $0.keys = .held(nil) }?.verdict == .good)
  }

  @Test func `settings that do not fit are problems, each with its line`() {
    var facts = NodeFacts(dataDirectory: "/data")
    facts.problems = ["one", "two"]
    let settings = Diagnosis.findings(facts, nowSeconds: now).filter { $0.subject == .settings }
    #expect(settings == [Finding(.settings, .problem, "one"), Finding(.settings, .problem, "two")])
  }

  @Test func `a taken port is a problem`() {
    let taken = finding(.ports) { $0.ports[0].refusal = "Address already in use" }
    #expect(taken?.verdict == .problem)
    #expect(taken?.text.contains("QUIC on UDP 9000 (Address already in use)") == true)
  }

  @Test func `a journal that is missing costs two slots, one that is no journal is a problem`()
    throws
  {
    let path = scratch.path("n.journal")
    #expect(finding(.journal) { $0.journal = StoredFile(.journal, path: path) }?.verdict == .notice)
    try JournalStore(path: path).close()
    let found = StoredFile(.journal, path: path)
    #expect(
      finding(.journal) { $0.journal = found }
        == Finding(.journal, .good, "\(path): format 1, every page in order"))
    #expect(
      finding(.database) { $0.database = StoredFile(.chain, path: path) }?.verdict == .problem)
  }

  @Test func `keys that signed on another chain are told of with the remedy`() throws {
    let path = scratch.path("n.journal")
    try JournalStore(path: path).close()
    let file = StoredFile(.journal, path: path)
    let keys = [Bytes32.zero, Bytes32 { $0[0] = 1 }]
    let other = Bytes32 { $0[0] = 9 }
    func found(
      _ policy: JournalPolicy, _ verdict: KeyStanding.Verdict, floor: UInt64,
      _ reused: [Bytes32], claims: Int = 2
    ) -> Finding? {
      finding(.journal) { facts in
        facts.journal = file
        facts.signingStart = JournalStart(
          standings: keys.map {
            KeyStanding(key: SigningKeyID(digest: $0), floor: floor, verdict: verdict)
          },
          reusedKeys: reused.map {
            ReusedKey(key: SigningKeyID(digest: $0), genesis: other, highWaterSlot: floor)
          },
          claimCount: claims, currentSlot: 100, policy: policy)
      }
    }
    #expect(found(.strict, .signs, floor: 99, [])?.verdict == .good)
    let silent = found(.strict, .floorFarAhead, floor: 500, keys)
    #expect(silent?.verdict == .problem)
    #expect(
      silent?.text.contains(
        "signs only above slot 500, but the current slot is 100; its duties are off; it signed on "
          + "another chain: make new keys, or choose the devnet policy, and 3 more of its kind")
        == true,
      "\(silent?.text ?? "")")
    #expect(found(.strict, .retired, floor: 99, [])?.verdict == .problem)
    #expect(found(.strict, .signs, floor: 101, keys)?.verdict == .notice)
    let spent = found(.devnet, .signs, floor: 99, keys)
    #expect(spent?.verdict == .notice)
    #expect(spent?.text.contains("ITS ONE-TIME SECURITY IS GONE; devnets only, and 1 more") == true)
    let strangers = found(.strict, .signs, floor: 102, [], claims: 0)
    #expect(strangers?.verdict == .notice)
    #expect(strangers?.text.contains("no signature of these keys: keys without history") == true)
  }

  @Test func `the database of another network is a problem, whatever state it is in`() throws {
    let path = scratch.path("chain.sqlite")
    try ChainDatabase(path: path, genesis: .zero).close()
    let file = StoredFile(.chain, path: path)
    #expect(finding(.database) { $0.database = file }?.verdict == .good)
    let refused = finding(.database) { facts in
      facts.database = file
      facts.databaseRefusal = "of another network"
    }
    #expect(refused == Finding(.database, .problem, "of another network"))
  }

  @Test func `a prover that is not whole is a notice with the command that mends it`() {
    #expect(finding(.prover)?.verdict == .good)
    #expect(
      finding(.prover) { $0.prover = .installed }?.text.contains("leanVM is installed") == true)
    let broken = finding(.prover) { $0.prover = .unusable }
    #expect(broken?.verdict == .notice)
    #expect(broken?.text.hasSuffix("run swiftlet prover install --data-dir /data") == true)
  }

  @Test func `room and rights of a folder are found, also of one that is still to be made`() {
    #expect((NodeFacts.freeBytes(at: scratch.path("a/b")) ?? 0) > 0)
    #expect(NodeFacts.writeRefusal(at: scratch.path("a/b")) == nil)
    #expect(NodeFacts.writeRefusal(at: "/proc/sys/a") != nil)
  }

  @Test(arguments: [true, false])
  func `a port that another socket has is refused, and any free one is not`(isDatagram: Bool) throws
  {
    let taken = socket(AF_INET, Int32((isDatagram ? SOCK_DGRAM : SOCK_STREAM).rawValue), 0)
    defer { close(taken) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(taken, $0, length) == 0 && (isDatagram || listen(taken, 1) == 0)
          && getsockname(taken, $0, &length) == 0
      }
    }
    try #require(isBound)
    let port = UInt16(bigEndian: place.sin_port)
    #expect(
      NodeFacts.refusal(of: [127, 0, 0, 1], port: port, isDatagram: isDatagram)
        == "Address already in use")
    #expect(NodeFacts.refusal(of: [127, 0, 0, 1], port: 0, isDatagram: isDatagram) == nil)
    #expect(NodeFacts.refusal(of: [203, 0, 113, 1], port: 9, isDatagram: true) != nil)
  }
}
