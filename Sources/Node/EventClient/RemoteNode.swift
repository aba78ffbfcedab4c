package import ChainEvents
private import Foundation
private import Synchronization

#if canImport(FoundationNetworking)
  private import FoundationNetworking
#endif

/// A node elsewhere: its events as they come, through lost connections and restarts.
package final class RemoteNode: Sendable {
  /// Events that wait for the screen; beyond them the oldest go, and are told as lost.
  static let eventLimit = 65_536

  /// Seconds without a byte after which a connection is given up: streams speak every 15.
  private static let silenceSeconds = 40.0

  /// Seconds between two attempts, growing to the last.
  private static let waits = [1, 2, 4, 8, 15]

  private struct State {
    var events: [TimedEvent] = []
    var lost: UInt64 = 0
    var clockOffset: Int64 = 0
    var last: TimedEvent?
    var lines: [String] = []
  }

  /// Lines about the connection that wait for the screen.
  private static let lineLimit = 16

  /// The address that was given.
  package let address: String
  private let base: URL
  private let token: String?
  private let state = Mutex(State())

  /// Reads an address, such as `http://127.0.0.1:5052`.
  ///
  /// - Returns: `nil` for what is no address of a server.
  package init?(_ address: String, token: String? = nil) {
    let text = address.contains("://") ? address : "http://\(address)"
    guard let url = URL(string: text), let host = url.host(), !host.isEmpty,
      ["http", "https"].contains(url.scheme)
    else { return nil }
    (self.address, base, self.token) = (address, url, token)
  }

  /// Whether the node has told anything yet.
  package var hasSpoken: Bool { state.withLock { $0.last != nil } }

  /// Takes what there is to say about the connection before the node has told anything.
  package func takeLines() -> [String] {
    state.withLock { state in
      defer { state.lines = [] }
      return state.lines
    }
  }

  /// Shows a line in the node's log.
  package func report(_ line: String) {
    state.withLock { state in
      guard let last = state.last else {
        if state.lines.count < Self.lineLimit { state.lines.append(line) }
        return
      }
      state.events.append(
        TimedEvent(
          timeMilliseconds: last.timeMilliseconds, slot: last.slot, interval: last.interval,
          sequence: last.sequence, node: last.node,
          event: .node(.log(.warning, source: "watch", message: line))))
    }
  }

  /// Takes what has come, oldest first.
  package func drain() -> (events: [TimedEvent], clockOffset: Int64) {
    state.withLock { state in
      defer { (state.events, state.lost) = ([], 0) }
      var events = state.events
      if state.lost > 0, let next = events.first {
        events.insert(
          TimedEvent(
            timeMilliseconds: next.timeMilliseconds, slot: next.slot, interval: next.interval,
            sequence: next.sequence, node: next.node, event: .node(.lost(count: state.lost))),
          at: 0)
      }
      return (events, state.clockOffset)
    }
  }

  /// Follows the node until the task is cancelled; says in its log when the connection comes or goes.
  package func follow() async {
    var lastID: String?
    var failures = 0
    while !Task.isCancelled {
      do throws(RemoteProblem) {
        let kind = try await kind()
        report("following \(address)")
        failures = 0
        try await read(kind, lastID: &lastID)
      } catch {
        guard !Task.isCancelled else { return }
        let wait = Self.waits[min(failures, Self.waits.count - 1)]
        failures += 1
        report("no connection with \(address): \(error.description); trying again in \(wait) s")
        try? await Task.sleep(for: .seconds(wait))
      }
    }
  }

  /// Sends an operator's wish.
  ///
  /// - Returns: `nil` when it was taken, else why not, in one line.
  package func send(command: String) async -> String? {
    guard let token else { return "give --token-file: the node takes commands only with its token" }
    var request = URLRequest(url: base.appending(path: "swiftlet/v1/commands"))
    request.httpMethod = "POST"
    request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    request.httpBody = Data(#"{"command":"\#(command)"}"#.utf8)
    do {
      let (data, response) = try await URLSession.shared.data(for: request)
      let status = (response as? HTTPURLResponse)?.statusCode ?? 0
      return status == 202 ? nil : "\(status): \(String(decoding: data.prefix(256), as: UTF8.self))"
    } catch {
      return error.localizedDescription
    }
  }

  // MARK: The stream

  /// Asks which stream the node has.
  private func kind() async throws(RemoteProblem) -> RemoteEvents.Kind {
    struct Genesis: Decodable {
      let genesisTime: UInt64

      enum CodingKeys: String, CodingKey { case genesisTime = "genesis_time" }
    }
    let data: Data
    let status: Int
    do {
      let (body, response) = try await URLSession.shared.data(
        from: base.appending(path: "lean/v0/genesis"))
      data = body
      status = (response as? HTTPURLResponse)?.statusCode ?? 0
    } catch {
      throw RemoteProblem(description: error.localizedDescription)
    }
    guard status == 200, let genesis = try? JSONDecoder().decode(Genesis.self, from: data),
      genesis.genesisTime < 1 << 40
    else {
      throw RemoteProblem(description: "it is no lean node (status \(status) for its genesis)")
    }
    if try await hasSwiftletEvents() { return .swiftlet }
    return .shared(node: address, genesisMilliseconds: genesis.genesisTime * 1000)
  }

  private func hasSwiftletEvents() async throws(RemoteProblem) -> Bool {
    var request = URLRequest(url: base.appending(path: "swiftlet/v1/events"))
    request.httpMethod = "OPTIONS"
    do {
      let (_, response) = try await URLSession.shared.data(for: request)
      return (response as? HTTPURLResponse)?.statusCode == 204
    } catch {
      throw RemoteProblem(description: error.localizedDescription)
    }
  }

  private func read(
    _ kind: RemoteEvents.Kind, lastID: inout String?
  ) async throws(RemoteProblem) {
    var url = base.appending(path: "lean/v0/events")
    switch kind {
    case .swiftlet: url = base.appending(path: "swiftlet/v1/events")
    case .shared:
      url.append(
        queryItems: [
          URLQueryItem(
            name: "topics",
            value:
              "head,block,justified_checkpoint,finalized_checkpoint,block_gossip,attestation,aggregate"
          )
        ])
    }
    var request = URLRequest(url: url, timeoutInterval: Self.silenceSeconds)
    request.setValue("text/event-stream", forHTTPHeaderField: "Accept")
    if let lastID { request.setValue(lastID, forHTTPHeaderField: "Last-Event-ID") }
    var parser = EventStreamParser()
    var remote = RemoteEvents(kind)
    defer { lastID = remote.lastID ?? lastID }
    let stream = ByteStream(request)
    for await piece in stream.pieces {
      let now = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
      let before = parser.dropped
      let events = parser.take(piece).compactMap { remote.event(of: $0, at: now) }
      keep(events, dropped: parser.dropped - before, clockOffset: remote.clockOffset)
    }
    throw RemoteProblem(description: stream.ending ?? "the node ended the stream")
  }

  private func keep(_ events: [TimedEvent], dropped: UInt64, clockOffset: Int64) {
    state.withLock { state in
      state.lost += dropped
      state.events += events
      state.last = events.last ?? state.last
      state.clockOffset = clockOffset
      let excess = state.events.count - Self.eventLimit
      guard excess > 0 else { return }
      state.events.removeFirst(excess)
      state.lost += UInt64(excess)
    }
  }
}

/// Why a node cannot be followed now, in one line.
package struct RemoteProblem: Error, CustomStringConvertible {
  /// The line.
  package let description: String
}

/// The body of a response as it comes.
private final class ByteStream: NSObject, URLSessionDataDelegate, Sendable {
  let pieces: AsyncStream<Data>
  private let piece: AsyncStream<Data>.Continuation
  private let reason = Mutex<String?>(nil)

  /// Why the stream ended, once it has.
  var ending: String? { reason.withLock(\.self) }

  /// Sends a request; the stream ends with the connection or when nobody reads it any more.
  init(_ request: URLRequest) {
    (pieces, piece) = AsyncStream<Data>.makeStream()
    super.init()
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    let task = session.dataTask(with: request)
    piece.onTermination = { _ in
      task.cancel()
      session.finishTasksAndInvalidate()
    }
    task.resume()
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    if status != 200 { reason.withLock { $0 = "the node answered \(status) for its events" } }
    completionHandler(status == 200 ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    piece.yield(data)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    reason.withLock { $0 = $0 ?? error?.localizedDescription }
    piece.finish()
  }
}
