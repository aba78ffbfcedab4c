import QUICTestSupport
import Testing

@testable import QUIC

struct QUICStreamTests {
  @Test func `what is not read is not credited, and the peer stops at the window`() throws {
    var settings = QUICSettings()
    settings.streamWindow = 65_536
    settings.connectionWindow = 131_072
    let pair = try ConnectedPair(settings: settings)
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer([UInt8](repeating: 7, count: 1 << 20)), isEnd: true)
    pair.network.run(milliseconds: 5_000)
    let accepted = try #require(pair.accepted.first)
    #expect(accepted.readable == 65_536)
    var total = 0
    pair.network.run(milliseconds: 20_000) {
      total += accepted.read().count
      return total == 1 << 20
    }
    #expect(total == 1 << 20)
  }

  @Test func `streams that are given up leave the connection's window whole`() throws {
    var settings = QUICSettings()
    settings.streamWindow = 65_536
    settings.connectionWindow = 131_072
    let pair = try ConnectedPair(settings: settings)
    // Ten windows' worth, none of it read: some given up before, some after the bytes came.
    for round in 0..<20 {
      let stream = try #require(pair.clientSide.openStream())
      stream.write(SendBuffer([UInt8](repeating: 1, count: 65_536)), isEnd: true)
      let isEarly = round.isMultiple(of: 2)
      pair.network.run(milliseconds: isEarly ? 1 : 500) { pair.accepted.count > round }
      if !isEarly { pair.network.run(milliseconds: 500) }
      try #require(pair.accepted.count > round)
      pair.accepted[round].abandon(code: 1)
      pair.network.run(milliseconds: 500)
      if isEarly { #expect(stream.isWriteOver) }
    }
    let last = try #require(pair.clientSide.openStream())
    last.write(SendBuffer([UInt8](repeating: 2, count: 65_536)), isEnd: true)
    pair.network.run(milliseconds: 1_000)
    #expect(pair.accepted.last?.readable == 65_536)
  }

  @Test func `a peer can open as many streams as the limit, again and again`() throws {
    var settings = QUICSettings()
    settings.streamLimit = 4
    let pair = try ConnectedPair(settings: settings)
    for _ in 0..<3 {
      let streams = (0..<5).map { _ in pair.clientSide.openStream() }
      #expect(streams.filter { $0 == nil }.count == 1)
      for stream in streams { stream?.finish() }
      pair.network.run(milliseconds: 100)
      for stream in pair.accepted { stream.finish() }
      pair.network.run(milliseconds: 100)
    }
    #expect(pair.accepted.count == 12)
  }

  @Test func `a reset and a refusal to read reach the other side`() throws {
    let pair = try ConnectedPair()
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer([1, 2, 3]))
    pair.network.run(milliseconds: 100)
    let accepted = try #require(pair.accepted.first)
    stream.abandon(code: 5)
    pair.network.run(milliseconds: 100)
    #expect(accepted.inbound == .reset(code: 5))
    #expect(accepted.isWriteOver)
  }

  @Test func `what a peer never reads stays until the stream is given up`() throws {
    let pair = try ConnectedPair()
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer([UInt8](repeating: 1, count: 8 << 20)))
    pair.network.run(milliseconds: 10_000)
    #expect(stream.acknowledged == UInt64(QUICSettings().streamWindow))
    #expect(stream.unacknowledged == 6 << 20)
    stream.abandon(code: 0)
    pair.accepted.first?.abandon(code: 0)
    pair.network.run(milliseconds: 1_000)
    #expect(stream.unacknowledged == 0)
    #expect(!pair.clientSide.isClosed)
  }

  @Test func `what is left after a part was read is told again, the end after all of it`() throws {
    let pair = try ConnectedPair()
    let stream = try #require(pair.clientSide.openStream())
    let bytes = (0..<250_000).map { UInt8(truncatingIfNeeded: $0) }
    stream.write(SendBuffer(bytes), isEnd: true)
    pair.network.run(milliseconds: 100)
    let accepted = try #require(pair.accepted.first)
    accepted.finish()
    var parts: [[UInt8]] = []
    var endedAfter: Int?
    pair.network.onEvent = { _, event in
      switch event.event {
      case .readable(let told) where told === accepted: parts.append(told.read(atMost: 65_536))
      case .streamClosed(let told) where told === accepted: endedAfter = parts.count
      default: break
      }
    }
    parts.append(accepted.read(atMost: 65_536))
    pair.network.run(milliseconds: 100)
    #expect(parts.map(\.count) == [65_536, 65_536, 65_536, 53_392])
    #expect(Array(parts.joined()) == bytes)
    #expect(endedAfter == 4)
  }

  @Test func `streams take turns: a small one is not behind a large one`() throws {
    let pair = try ConnectedPair()
    let large = try #require(pair.clientSide.openStream())
    large.write(SendBuffer([UInt8](repeating: 1, count: 1 << 20)), isEnd: true)
    let small = try #require(pair.clientSide.openStream())
    small.write(SendBuffer([2]), isEnd: true)
    pair.network.run(milliseconds: 100) { pair.accepted.contains { $0.id == small.id } }
    let received = pair.accepted.first { $0.id == large.id }?.readable ?? 0
    #expect(received < 100_000)
  }
}
