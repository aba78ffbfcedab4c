import Consensus
import Foundation
import Hashing
import SSZ
import Synchronization
import Syncing
import Testing
import XMSS

@testable import CheckpointSync

/// A chain of two slots without votes.
private struct Fixture {
  let genesis: State
  let state: State
  let block: SignedBlock

  init(genesisTime: UInt64 = 1_000, proof: UInt8 = 1) throws {
    let keys = try (0..<2).map { try #require(PublicKey([UInt8](repeating: $0, count: 52))) }
    let validators = try Validators([
      Validator(attestationPublicKey: keys[0], proposalPublicKey: keys[1])
    ])
    genesis = State(genesisTime: genesisTime, validators: validators)
    var state = genesis
    let first = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: genesis.hashTreeRoot(),
      body: BlockBody())
    let root = first.hashTreeRoot()
    state.slot = 2
    state.historicalBlockHashes = try HistoricalBlockHashes([root, .zero])
    state.latestJustified = Checkpoint(root: root, slot: 0)
    state.latestFinalized = Checkpoint(root: root, slot: 0)
    var block = Block(
      slot: 2, proposerIndex: 0, parentRoot: root, stateRoot: .zero, body: BlockBody())
    state.latestBlockHeader = block.header
    block.stateRoot = state.hashTreeRoot()
    self.state = state
    self.block = SignedBlock(
      block: block, proof: MultiMessageAggregate(proof: try ByteList([proof])))
  }

  /// A server of this chain, but for the endpoints that `other` answers.
  func server(_ other: @escaping @Sendable (String) -> Reply? = { _ in nil }) throws -> TestServer {
    let (state, block) = (state.sszBytes(), block.sszBytes())
    return try TestServer { path in
      if let reply = other(path) { return reply }
      switch path {
      case "/lean/v0/states/finalized": return .body(200, state)
      case "/lean/v0/blocks/finalized": return .body(200, block)
      default: return .body(404, [])
      }
    }
  }
}

struct CheckpointSyncTests {
  private let fixture: Fixture
  private let told = Told()

  private final class Told: Sendable {
    let lines = Mutex<[String]>([])
  }

  init() throws { fixture = try Fixture() }

  private func run(
    _ urls: [String], attempts: Int = 1, timeout: Duration = .seconds(20)
  ) async throws -> VerifiedCheckpoint {
    let sync = CheckpointSync(
      urls: try urls.map { try #require(CheckpointSync.url($0)) }, genesis: fixture.genesis,
      slot: { 10 }, timeout: timeout)
    return try await sync.run(attempts: attempts) { [told] line in
      told.lines.withLock { $0.append(line) }
    }
  }

  private var lines: [String] { told.lines.withLock(\.self) }

  @Test func `a pair that fits is taken from the first URL that has one`() async throws {
    let server = try fixture.server()
    defer { server.stop() }
    let found = try await run(["http://127.0.0.1:1", server.url])
    #expect(found.block == fixture.block)
    #expect(found.state == fixture.state)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("checkpoint from http://127.0.0.1:1/lean/v0/states") == true)
    #expect(lines.first?.contains("not reachable") == true)
  }

  @Test func `a pair of another chain is refused by its URL`() async throws {
    let server = try Fixture(genesisTime: 999).server()
    defer { server.stop() }
    let failure = await #expect(throws: CheckpointFailure.self) { try await run([server.url]) }
    #expect(
      failure?.description
        == "checkpoint from \(server.url): the state is of another chain: "
        + "its genesis time is 999, ours is 1000")
  }

  @Test func `a block that another state belongs to is asked for once more, then refused`()
    async throws
  {
    let other = Block(
      slot: 1, proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody())
    let bytes = SignedBlock(block: other, proof: fixture.block.proof).sszBytes()
    let asked = Mutex(0)
    // It finalizes between the first two answers.
    let honest = try fixture.server { path in
      guard path.hasSuffix("blocks/finalized") else { return nil }
      return asked.withLock {
        $0 += 1
        return $0
      } == 1 ? .body(200, bytes) : nil
    }
    defer { honest.stop() }
    #expect(try await run([honest.url]).block == fixture.block)
    let liar = try fixture.server { path in
      path.hasSuffix("blocks/finalized") ? .body(200, bytes) : nil
    }
    defer { liar.stop() }
    let failure = await #expect(throws: CheckpointFailure.self) { try await run([liar.url]) }
    #expect(failure?.description.hasSuffix("is not the one of the state of slot 2") == true)
    #expect(liar.paths.count == 4)
  }

  @Test func `one flipped bit of the state is refused`() async throws {
    var bytes = fixture.state.sszBytes()
    bytes[bytes.count - 20] ^= 1
    let flipped = bytes
    let server = try fixture.server { $0.contains("states") ? .body(200, flipped) : nil }
    defer { server.stop() }
    let failure = await #expect(throws: CheckpointFailure.self) { try await run([server.url]) }
    #expect(failure?.description.contains("checkpoint from \(server.url)") == true)
  }

  @Test(arguments: [
    (Reply.body(404, []), "the server has none yet (status 404)"),
    (.body(503, []), "the server answers with status 503"),
    (.body(200, []), "the state does not decode"),
    (.body(200, [UInt8](repeating: 0xFF, count: 500)), "the state does not decode"),
    (.cutOff([1, 2, 3]), "not reachable"),
    (.redirect("/lean/v0/states/finalized"), "not reachable"),
    (.flood, "the answer has more than 67108864 bytes"),
    (.drip, "the answer did not come within 2.0 seconds"),
    (.silence, "the answer did not come within 2.0 seconds"),
    (.redirect("file:///etc/hostname"), "checkpoint from"),
  ])
  func `a server that misbehaves costs bounded time and memory`(
    reply: Reply, problem: String
  ) async throws {
    let server = try fixture.server { $0.contains("states") ? reply : nil }
    defer { server.stop() }
    let isFlood = if case .flood = reply { true } else { false }
    let failure = await #expect(throws: CheckpointFailure.self) {
      try await run([server.url], timeout: isFlood ? .seconds(30) : .seconds(2))
    }
    #expect(failure?.description.contains(problem) == true, "\(failure?.description ?? "")")
    #expect(failure?.description.contains(server.url) == true)
  }

  @Test func `all URLs are asked again after a pause`() async throws {
    let asked = Mutex(0)
    let server = try fixture.server { path in
      guard path.contains("states") else { return nil }
      return asked.withLock {
        $0 += 1
        return $0
      } < 2 ? .body(503, []) : nil
    }
    defer { server.stop() }
    #expect(try await run([server.url], attempts: 3).state == fixture.state)
    #expect(lines.count == 1)
  }

  @Test func `a task that is stopped ends at once`() async throws {
    let server = try fixture.server { _ in .silence }
    defer { server.stop() }
    let url = server.url
    let task = Task { try await run([url], attempts: 100) }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    await #expect(throws: CheckpointFailure.self) { try await task.value }
  }

  @Test(arguments: [
    ("http://host:5052", "http://host:5052"),
    ("http://host:5052/", "http://host:5052"),
    ("https://x.org/lean/v0/states/finalized", "https://x.org"),
    ("https://x.org/base/lean/v0/states/finalized?a=b", "https://x.org/base"),
    ("ftp://host", nil), ("host:5052", nil), ("", nil), ("http://", nil), ("file:///etc", nil),
  ])
  func `a URL may have the path of an endpoint`(text: String, base: String?) {
    #expect(CheckpointSync.url(text)?.absoluteString == base)
  }
}
