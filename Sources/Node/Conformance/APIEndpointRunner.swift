internal import Chain
internal import ChainHost
internal import Consensus
internal import ForkChoice
private import Foundation
internal import Hashing
internal import LeanAPI
internal import LeanMetrics
private import SSZ
internal import StateTransition
private import Synchronization

/// Answers of the HTTP interface of a node that stands at genesis or a few empty blocks later.
enum APIEndpointRunner: FormatRunner {
  static let format = "api_endpoint"
  static let keys: Set = ["endpoint", "method", "genesisParams", "expectedStatusCode"]

  private struct Content: Decodable {
    struct Genesis: Decodable {
      let numValidators: Int?
      let genesisTime: UInt64?
      let anchorSlot: UInt64?
    }

    let endpoint: String
    let method: String
    let genesisParams: Genesis
    let requestBody: RequestBody?
    let initialIsAggregator: Bool
    let expectedStatusCode: Int
    let expectedContentType: String
    let expectedBody: JSON?
  }

  /// Any JSON, to be compared.
  private indirect enum JSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Decimal)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let bool = try? value.decode(Bool.self) {
        self = .bool(bool)
      } else if let number = try? value.decode(Decimal.self) {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let list = try? value.decode([JSON].self) {
        self = .list(list)
      } else {
        self = .object(try value.decode([String: JSON].self))
      }
    }
  }

  private struct RequestBody: Codable {
    let enabled: Bool
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let node = try AnchoredNode(
      validators: content.genesisParams.numValidators ?? 4,
      genesisTime: content.genesisParams.genesisTime ?? 0,
      slot: Slot(content.genesisParams.anchorSlot ?? 0), isAggregator: content.initialIsAggregator)
    let body = try content.requestBody.map { [UInt8](try JSONEncoder().encode($0)) } ?? []
    let answer = LeanAPI(node.source).answerAtOnce(
      APIRequest(APIRequest.Method(rawValue: content.method), content.endpoint, body: body))
    try expect(answer.status, equals: content.expectedStatusCode, "status")
    try expect(answer.contentType ?? "none", equals: content.expectedContentType, "content type")
    guard case .bytes(let bytes) = answer.body else { throw Unsupported("a stream") }
    try content.expectedBody.map { try compare(bytes, with: $0) }
    if let isEnabled = content.requestBody?.enabled {
      try expect(node.view.isAggregator, equals: isEnabled, "role afterwards")
    }
  }

  private static func compare(_ bytes: [UInt8], with expected: JSON) throws {
    switch expected {
    case .text(let text): try expect(Hexadecimal.encode(bytes), equals: text, "body")
    case .object(let members):
      guard case .list(let names)? = members["required_metric_names"] else { fallthrough }
      let metrics = String(decoding: bytes, as: UTF8.self)
      for case .text(let name) in names where !metrics.contains("# TYPE \(name) ") {
        throw Mismatch(expected: "a metric \(name)", actual: "none")
      }
    default:
      let actual = try JSONDecoder().decode(JSON.self, from: Data(bytes))
      try expect(actual, equals: expected, "body")
    }
  }
}

/// A node whose chain is empty blocks up to an anchor.
private final class AnchoredNode: Sendable {
  private let engine: Mutex<ChainEngine>

  init(validators: Int, genesisTime: UInt64, slot: Slot, isAggregator: Bool) throws {
    var state = State(
      genesisTime: genesisTime, validators: try TestValidators.registry(validators))
    var block = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    while block.slot < slot {
      let next = block.slot + 1
      (block, state) = try state.seal(
        Block(
          slot: next, proposerIndex: ValidatorIndex(next.rawValue % UInt64(validators)),
          parentRoot: block.hashTreeRoot(), stateRoot: .zero, body: BlockBody()))
    }
    engine = Mutex(
      ChainEngine(
        configuration: ChainConfiguration(
          clock: SlotClock(genesisTime: genesisTime), validators: [], isAggregator: isAggregator),
        store: try Store(anchor: block, state: state)))
  }

  var view: ChainView { engine.withLock { ChainView($0) } }

  var source: APISource {
    APISource(
      version: "swiftlet", peerID: nil, view: { self.view }, wallSlot: { self.view.head.slot },
      block: { _ in nil }, peers: { [] }, setAggregator: { self.setAggregator($0) },
      metrics: { self.metrics })
  }

  private func setAggregator(_ isEnabled: Bool) {
    let reading = ClockReading(wall: UnixMilliseconds(0), monotonicMilliseconds: 0)
    engine.withLock { engine in
      _ = engine.handle(.command(isEnabled ? .becomeAggregator : .stopAggregating), at: reading)
    }
  }

  private var metrics: [UInt8] {
    NodeMetrics().text(
      nil, WorkTimes(),
      MetricsFacts(
        name: "conformance", version: "swiftlet",
        chain: view.metricsFacts(wallSlot: view.head.slot), ownValidators: 0, startSeconds: 0,
        meshPeers: nil, eventReaders: 0))
  }
}
