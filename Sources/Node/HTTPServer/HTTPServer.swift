private import HTTPTypes
private import Hummingbird
private import HummingbirdCore
package import LeanAPI
private import Logging
private import NIOCore
private import NIOHTTP1

/// The HTTP interface on a socket.
///
/// Only limits and bytes live here; what is answered is decided in ``LeanAPI``.
package struct HTTPServer: Sendable {
  /// What is served where.
  package struct Settings: Sendable {
    /// The address to bind: this machine only, unless asked.
    package var address = "127.0.0.1"
    /// The port; 0 takes a free one.
    package var port = 5052
    /// Connections at once; further ones wait for one to end.
    package var connectionLimit = 2304
    /// The time after which a connection without traffic is closed.
    package var idleSeconds: Int64 = 60
    /// The time in which a client must take a piece of an answer, or of a stream, which says
    /// something at least every ``keepAliveSeconds``.
    package var writeSeconds: Int64 = 30
    /// Bytes of a request's body.
    package var bodyLimit = LeanAPI.bodyLimit
    /// The time that a client may take to send a request's body.
    package var bodySeconds: Int64 = 5

    /// Creates the default settings.
    package init() {}
  }

  /// How often a stream shows that it lives; as often as ethlambda's.
  package static let keepAliveSeconds = 15

  /// Bytes of a piece of an answer: a slow reader holds no more than a few.
  private static let pieceBytes = 64 << 10

  private let answer: @Sendable (APIRequest) async -> APIAnswer
  private let hub: EventHub
  private let settings: Settings
  private let report: @Sendable (String) -> Void

  /// Creates the server of a node.
  ///
  /// - Parameters:
  ///   - api: What answers.
  ///   - hub: Where streams come from.
  ///   - settings: Address and limits.
  ///   - report: Takes a line for each stream that is dropped because its client is too slow.
  package init(
    _ api: LeanAPI, hub: EventHub, settings: Settings = Settings(),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.init(hub: hub, settings: settings, report: report) { await api.answer($0) }
  }

  /// Creates a server of anything else.
  package init(
    hub: EventHub, settings: Settings, report: @escaping @Sendable (String) -> Void,
    answer: @escaping @Sendable (APIRequest) async -> APIAnswer
  ) {
    self.answer = answer
    self.hub = hub
    self.settings = settings
    self.report = report
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onBound: Called with the port once it is bound.
  /// - Throws: When the address cannot be bound.
  package func run(onBound: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
    var logger = Logger(label: "http")
    logger.logLevel = .critical
    let limits = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        IdleStateHandler(writeTimeout: .seconds(settings.writeSeconds)), SlowReaderHandler(report),
      ],
      idleTimeout: .seconds(settings.idleSeconds),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64))
    let application = Application(
      responder: CallbackResponder { request, context in
        await respond(to: request, context)
      },
      server: .http1(configuration: limits),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.address, port: settings.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionLimit)),
      onServerRunning: { channel in await onBound(channel.localAddress?.port ?? settings.port) },
      logger: logger)
    try await application.run()
  }

  private func respond(to request: Request, _ context: BasicRequestContext) async -> Response {
    var head = APIRequest(
      APIRequest.Method(rawValue: request.method.rawValue), request.uri.path,
      query: Dictionary(
        request.uri.queryParameters.map { (String($0.key), String($0.value)) },
        uniquingKeysWith: { $1 }),
      accept: request.headers[.accept], authorization: request.headers[.authorization],
      lastEventID: HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] })
    if head.method == .post {
      guard let body = await body(of: request) else { return Response(status: .contentTooLarge) }
      head.body = body
    }
    return response(to: await answer(head), isHead: head.method == .head)
  }

  /// The body of a request; `nil` when it is too long or does not come in time.
  private func body(of request: Request) async -> [UInt8]? {
    await withTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { [settings] in
        let bytes = try? await request.body.collect(upTo: settings.bodyLimit)
        return bytes.map { Array($0.readableBytesView) }
      }
      group.addTask { [settings] in
        try? await Task.sleep(for: .seconds(settings.bodySeconds))
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func response(to answer: APIAnswer, isHead: Bool) -> Response {
    var headers = HTTPFields()
    if let type = answer.contentType { headers[.contentType] = type }
    if let allow = answer.allow { headers[.allow] = allow }
    let status = HTTPResponse.Status(code: answer.status)
    let reader: EventReader?
    switch answer.body {
    case .bytes(let bytes):
      headers[.contentLength] = String(bytes.count)
      return Response(status: status, headers: headers, body: isHead ? .init() : body(bytes))
    case .chainEvents(let topics): reader = hub.follow(topics)
    case .everyEvent(let id): reader = hub.followAll(after: id)
    }
    guard let reader else { return Response(status: .serviceUnavailable) }
    headers[.cacheControl] = "no-cache"
    return Response(status: status, headers: headers, body: stream(reader))
  }

  private func body(_ bytes: [UInt8]) -> ResponseBody {
    guard bytes.count > Self.pieceBytes else {
      return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }
    return ResponseBody(contentLength: bytes.count) { writer in
      var start = 0
      while start < bytes.count {
        let end = min(start + Self.pieceBytes, bytes.count)
        try await writer.write(ByteBuffer(bytes: bytes[start..<end]))
        start = end
      }
      try await writer.finish(nil)
    }
  }

  private func stream(_ reader: EventReader) -> ResponseBody {
    ResponseBody { writer in
      for await bytes in reader { try await writer.write(ByteBuffer(bytes: bytes)) }
      try await writer.finish(nil)
    }
  }
}

/// Closes the connection of a client that takes nothing of what it asked for.
private final class SlowReaderHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny
  typealias OutboundIn = NIOAny

  private let report: @Sendable (String) -> Void
  /// Pieces that the client has not taken yet.
  private var pending = 0

  init(_ report: @escaping @Sendable (String) -> Void) {
    self.report = report
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let taken = promise ?? context.eventLoop.makePromise()
    pending += 1
    taken.futureResult.assumeIsolated().whenComplete { _ in self.pending -= 1 }
    context.write(data, promise: taken)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .write? = event as? IdleStateHandler.IdleStateEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    // Nothing pending is a client that asks nothing; the read timeout is for that.
    guard pending > 0 else { return }
    let client = context.remoteAddress?.description ?? "its address is unknown"
    report("a client was dropped, it reads too slowly: \(client)")
    context.close(promise: nil)
  }
}
