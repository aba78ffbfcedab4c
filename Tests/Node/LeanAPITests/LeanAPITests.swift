import Chain
import ChainHost
import ChainTestSupport
import Consensus
import ForkChoice
import Foundation
import Hashing
import SSZ
import StateTransition
import Synchronization
import Testing

@testable import LeanAPI

/// A node that stands at genesis and does what it is told.
private final class StandingNode: Sendable {
  private let engine: Mutex<ChainEngine>
  private let obeys: Bool
  let genesis: ChainView
  /// Blocks after genesis that only the disk has, oldest first.
  let later: [SignedBlock]

  init(isAggregator: Bool = false, obeys: Bool = true) throws {
    let store = try Fixture.genesisStore(validators: 4)
    let engine = ChainEngine(
      configuration: ChainConfiguration(
        clock: SlotClock(genesisTime: store.config.genesisTime), validators: [],
        isAggregator: isAggregator), store: store)
    self.engine = Mutex(engine)
    self.obeys = obeys
    genesis = ChainView(engine)
    later = try Self.blocks(3, after: genesis.finalizedNode)
  }

  private static func blocks(_ count: UInt64, after node: BlockNode) throws -> [SignedBlock] {
    var state = try #require(node.state)
    var parent = node.root
    return try (1...count).map { number in
      let (block, next) = try state.seal(
        Block(
          slot: Slot(number), proposerIndex: ValidatorIndex(number), parentRoot: parent,
          stateRoot: .zero, body: BlockBody()))
      (state, parent) = (next, block.hashTreeRoot())
      return SignedBlock(
        block: block, proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: [])))
    }
  }

  var api: LeanAPI {
    LeanAPI(
      APISource(
        version: "swiftlet/1.2.3", peerID: "16Uiu2HAm", view: { self.view }, wallSlot: { 7 },
        block: { root in self.later.first { $0.block.hashTreeRoot() == root } },
        peers: { [APISource.Peer(peerID: "16Uiu2HAb", direction: "inbound")] },
        setAggregator: { isEnabled in
          guard self.obeys else { return }
          self.engine.withLock { engine in
            let reading = ClockReading(
              wall: UnixMilliseconds(Fixture.genesis - 1000), monotonicMilliseconds: 1)
            _ = engine.handle(
              .command(isEnabled ? .becomeAggregator : .stopAggregating), at: reading)
          }
        }, metrics: { Array("up 1\n".utf8) }))
  }

  private var view: ChainView { engine.withLock { ChainView($0) } }
}

extension APIAnswer {
  fileprivate var text: String {
    guard case .bytes(let bytes) = body else { return "a stream" }
    return String(decoding: bytes, as: UTF8.self)
  }
}

struct LeanAPITests {
  private let node: StandingNode
  private let api: LeanAPI

  init() throws {
    node = try StandingNode()
    api = node.api
  }

  private func get(_ path: String, accept: String? = nil) async -> APIAnswer {
    await api.answer(APIRequest(.get, path, accept: accept))
  }

  @Test(arguments: ["/lean/v0/health", "/v0/health", "/health"])
  func `Health is told in leanSpec's words`(path: String) async {
    let answer = await get(path)
    #expect(answer.status == 200)
    #expect(answer.contentType == "application/json")
    #expect(answer.text == #"{"service":"lean-rpc-api","status":"healthy"}"#)
  }

  @Test func `Constants and genesis are those of the chain`() async {
    #expect(
      await get("/lean/v0/config/spec").text
        == #"{"FORK_DIGEST":"12345678","HISTORICAL_ROOTS_LIMIT":262144,"INTERVALS_PER_SLOT":5,"#
        + #""MILLISECONDS_PER_INTERVAL":800,"MILLISECONDS_PER_SLOT":4000}"#)
    #expect(
      await get("/lean/v0/genesis").text == #"{"genesis_time":1000,"validator_count":4}"#)
  }

  @Test func `The finalized state names no state root, so that its root can be computed`()
    async throws
  {
    let answer = await get("/lean/v0/states/finalized")
    #expect(answer.contentType == "application/octet-stream")
    guard case .bytes(let bytes) = answer.body else { throw CocoaError(.fileReadUnknown) }
    let state = try State(ssz: bytes)
    #expect(state.latestBlockHeader.stateRoot == .zero)
    #expect(state.hashTreeRoot() == node.genesis.finalizedNode.block.stateRoot)
    // leanpoint reads the slot at bytes 8 to 15.
    #expect(Array(bytes[8..<16]) == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func `A state between the finalized block and the head is made again from the blocks`()
    async throws
  {
    for block in node.later {
      let answer = await get("/lean/v0/states/\(block.block.hashTreeRoot())")
      guard case .bytes(let bytes) = answer.body else { throw CocoaError(.fileReadUnknown) }
      #expect(try State(ssz: bytes).hashTreeRoot() == block.block.stateRoot)
    }
    let unknown = await get("/lean/v0/states/\(Bytes32 { $0[0] = 9 })")
    #expect(unknown.status == 404)
    #expect(unknown.text.contains("at most 64 blocks after it"))
  }

  @Test func `The genesis block is served although nobody signed it`() async throws {
    let answer = await get("/lean/v0/blocks/finalized")
    guard case .bytes(let bytes) = answer.body else { throw CocoaError(.fileReadUnknown) }
    #expect(try SignedBlock(ssz: bytes).block.hashTreeRoot() == node.genesis.finalized.root)
  }

  @Test func `A client that wants JSON gets it, one that wants neither form is refused`() async {
    #expect(
      await get("/lean/v0/blocks/finalized", accept: "application/json").contentType
        == "application/json")
    #expect(
      await get("/lean/v0/blocks/head", accept: "application/octet-stream, */*").contentType
        == "application/octet-stream")
    #expect(await get("/lean/v0/states/finalized", accept: "image/png").status == 406)
  }

  @Test func `A block is found by word, root and slot, and its header is that of the block`()
    async throws
  {
    let root = node.genesis.finalized.root
    for name in ["head", "0", "\(root)", "finalized", "justified"] {
      let header = await get("/lean/v0/blocks/\(name)/header")
      #expect(header.status == 200, "\(name)")
      #expect(header.text.contains(#""slot":0"#))
      #expect(header.text == (await get("/lean/v0/headers/\(name)")).text)
    }
    #expect(
      await get("/lean/v0/blocks/0").text.hasPrefix(
        #"{"body":{"attestations":[]},"parent_root":"0x"#))
  }

  @Test(arguments: [
    "0x12", "-1", "1e3", "+1", "99999999999999999999", "latest",
    "0X\(String(repeating: "0", count: 64))",
  ])
  func `What names no block is a bad request`(name: String) async {
    let answer = await get("/lean/v0/blocks/\(name)")
    #expect(answer.status == 400)
    #expect(answer.text == #"{"error":"invalid block_id"}"#)
  }

  @Test(arguments: ["17", "18446744073709551615", "0x\(String(repeating: "5", count: 64))"])
  func `A block that is not there is not found`(name: String) async {
    let answer = await get("/lean/v0/blocks/\(name)")
    #expect(answer.status == 404)
    #expect(answer.text == #"{"error":"block not found"}"#)
    #expect(await get("/lean/v0/states/\(name)").status == 404)
  }

  @Test func `The tree shows weights and checkpoints, and is written once while nothing moves`()
    async
  {
    let root = node.genesis.finalized.root
    let answer = await get("/lean/v0/fork_choice")
    #expect(
      answer.text == #"{"finalized":{"root":"\#(root)","slot":0},"head":"\#(root)","#
        + #""justified":{"root":"\#(root)","slot":0},"nodes":[{"parent_root":"\#(Bytes32.zero)","#
        + #""proposer_index":0,"root":"\#(root)","slot":0,"weight":0}],"safe_target":"\#(root)","#
        + #""validator_count":4}"#)
  }

  @Test func `Identity, syncing and peers are told`() async {
    #expect(
      await get("/lean/v0/node/identity").text
        == #"{"peer_id":"16Uiu2HAm","version":"swiftlet/1.2.3"}"#)
    #expect(await get("/lean/v0/node/syncing").text.contains(#""sync_distance":7"#))
    #expect(
      await get("/lean/v0/node/peers").text
        == #"[{"direction":"inbound","peer_id":"16Uiu2HAb","state":"connected"}]"#)
    #expect(await get("/lean/v0/node/peer_count").text == #"{"connected":1}"#)
  }

  @Test func `The page of the tree asks nobody but the node`() async {
    let answer = await get("/lean/v0/fork_choice/ui")
    #expect(answer.contentType == "text/html; charset=utf-8")
    #expect(!answer.text.replacing("http://www.w3.org/2000/svg", with: "").contains("://"))
  }

  @Test func `Unknown routes and methods are refused by name`() async {
    #expect(await get("/lean/v0/nothing").status == 404)
    #expect(await get("/").status == 404)
    let refusal = await api.answer(APIRequest(.post, "/lean/v0/health"))
    #expect(refusal.status == 405)
    #expect(refusal.allow == "GET, HEAD, OPTIONS")
    #expect(await api.answer(APIRequest(nil, "/lean/v0/admin/aggregator")).status == 405)
    let options = await api.answer(APIRequest(.options, "/lean/v0/admin/aggregator"))
    #expect(options.status == 204)
    #expect(options.allow == "GET, HEAD, POST, OPTIONS")
  }

  @Test(arguments: [
    ("", "Invalid or missing JSON body"), ("{", "Invalid or missing JSON body"),
    ("{}", "Missing 'enabled' field in body"), (#"{"enabled":1}"#, "'enabled' must be a boolean"),
    (#"{"enabled":"true"}"#, "'enabled' must be a boolean"),
    (#"{"enabled":null}"#, "'enabled' must be a boolean"),
  ])
  func `A role that is no boolean is refused in ethlambda's words`(
    body: String, words: String
  ) async {
    let answer = await api.answer(
      APIRequest(.post, "/lean/v0/admin/aggregator", body: Array(body.utf8)))
    #expect(answer.status == 400)
    #expect(answer.text == words)
  }

  @Test func `The role is answered when the engine has taken it`() async {
    func post(_ isEnabled: Bool) async -> String {
      await api.answer(
        APIRequest(
          .post, "/lean/v0/admin/aggregator", body: Array(#"{"enabled":\#(isEnabled)}"#.utf8))
      ).text
    }
    #expect(await post(true) == #"{"is_aggregator":true,"previous":false}"#)
    #expect(await get("/lean/v0/admin/aggregator").text == #"{"is_aggregator":true}"#)
    #expect(await post(true) == #"{"is_aggregator":true,"previous":true}"#)
    #expect(await post(false) == #"{"is_aggregator":false,"previous":true}"#)
  }

  @Test func `An engine that does not answer is told as unavailable`() async throws {
    let stuck = try StandingNode(obeys: false).api
    let answer = await stuck.answer(
      APIRequest(.post, "/lean/v0/admin/aggregator", body: Array(#"{"enabled":true}"#.utf8)))
    #expect(answer.status == 503)
  }

  @Test func `A command needs the token, a body and a name that exists`() async throws {
    let taken = Mutex<[OperatorCommand]>([])
    var source = api.source
    let closed = APIRequest(.post, "/swiftlet/v1/commands", authorization: "Bearer s3cret")
    #expect(LeanAPI(source).answerAtOnce(closed).status == 403)
    source.token = "s3cret"
    source.command = { command in taken.withLock { $0.append(command) } }
    let api = LeanAPI(source)
    func post(_ authorization: String?, _ body: String) -> APIAnswer {
      api.answerAtOnce(
        APIRequest(
          .post, "/swiftlet/v1/commands", authorization: authorization, body: Array(body.utf8)))
    }
    let wish = #"{"command":"force_fallback"}"#
    for wrong in [nil, "", "s3cret", "Bearer s3cre", "Bearer s3creT", "Bearer s3cret "] {
      #expect(post(wrong, wish).status == 401)
    }
    #expect(post("Bearer s3cret", "").status == 400)
    #expect(post("Bearer s3cret", #"{"command":"explode"}"#).status == 400)
    #expect(taken.withLock { $0.isEmpty })
    #expect(post("Bearer s3cret", wish).status == 202)
    #expect(taken.withLock { $0 } == [.forceFallback])
  }

  @Test func `Topics are demanded, and unknown ones named`() async {
    let missing = await get("/lean/v0/events")
    #expect(missing.status == 400)
    #expect(missing.text == "missing required query parameter: topics")
    let unknown = await api.answer(
      APIRequest(.get, "/lean/v0/events", query: ["topics": "head,nonsense"]))
    #expect(unknown.text == "unknown topic: nonsense")
    let stream = await api.answer(
      APIRequest(.get, "/lean/v0/events", query: ["topics": "head,block"]))
    guard case .chainEvents([.head, .block]) = stream.body else {
      Issue.record("no stream of head and block")
      return
    }
  }
}
