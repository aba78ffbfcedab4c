import Consensus
import Hashing
import SSZ
import Testing
import Wire

@testable import RequestResponse

struct IncomingRequestTests {
  private typealias Effect = IncomingRequest.Effect

  private let start = Duration.seconds(100)

  /// A machine with a budget, and the shell that a test plays.
  private struct Stream {
    var machine: IncomingRequest
    var budget: RequestBudget
    var now: Duration

    init(_ protocol: RequestProtocol, at now: Duration) {
      machine = IncomingRequest(`protocol`, at: now)
      budget = RequestBudget(at: now)
      self.now = now
    }

    mutating func handle(_ input: IncomingRequest.Input) -> [Effect] {
      machine.handle(input, at: now, budget: &budget)
    }

    mutating func ask(_ request: Request) -> [Effect] {
      handle(.received(request.encoded[...]))
    }
  }

  private func refused(_ refusal: Refusal) -> [Effect] {
    [.write(ResponseChunk(refusal.code, Array(refusal.text.utf8)).encoded)]
  }

  @Test func `a status is answered in one write, then the stream is finished`() {
    var stream = Stream(.status, at: start)
    #expect(stream.ask(.status(sampleStatus)) == [.findStatus(peers: sampleStatus)])
    #expect(
      stream.handle(.status(sampleStatus)) == [
        .write(ResponseChunk(.success, sampleStatus.sszBytes()).encoded)
      ])
    #expect(stream.handle(.ended) == [])
    #expect(stream.handle(.written) == [.finish, .end(.answered(blocks: 0))])
    #expect(stream.machine.deadline == nil)
    #expect(stream.handle(.reset) == [])
  }

  @Test func `an answer does not wait for the asker to close its half`() {
    var stream = Stream(.status, at: start)
    var effects: [Effect] = []
    for byte in Request.status(sampleStatus).encoded { effects += stream.handle(.received([byte])) }
    #expect(effects == [.findStatus(peers: sampleStatus)])
  }

  @Test func `a block is looked up only when the transport has taken the last`() throws {
    let blocks = try chain([1, 2])
    var stream = Stream(.blocksByRoot, at: start)
    let roots = [blocks[0].root, blocks[0].root, .zero, blocks[1].root]
    #expect(stream.ask(.blocksByRoot(try .init(roots))) == [.findBlock(blocks[0].root)])
    #expect(stream.handle(.block(blocks[0].sszBytes())) == [.write(blocks[0].chunk)])
    #expect(stream.handle(.written) == [.findBlock(.zero)])
    #expect(stream.handle(.block(nil)) == [.findBlock(blocks[1].root)])
    #expect(stream.handle(.block(blocks[1].sszBytes())) == [.write(blocks[1].chunk)])
    #expect(stream.handle(.written) == [.finish, .end(.answered(blocks: 2))])
  }

  @Test func `a request for no roots is answered with nothing`() throws {
    var stream = Stream(.blocksByRoot, at: start)
    #expect(
      stream.ask(.blocksByRoot(try .init([]))) == [.finish, .end(.answered(blocks: 0))])
  }

  @Test func `a range is answered in order, and an empty one with nothing`() throws {
    let blocks = try chain([5, 7])
    var stream = Stream(.blocksByRange, at: start)
    #expect(
      stream.ask(.blocksByRange(start: Slot(5), count: 3)) == [.findRange(start: Slot(5), count: 3)]
    )
    #expect(stream.handle(.range(.roots(blocks.map(\.root)))) == [.findBlock(blocks[0].root)])
    _ = stream.handle(.block(blocks[0].sszBytes()))
    #expect(stream.handle(.written) == [.findBlock(blocks[1].root)])
    var empty = Stream(.blocksByRange, at: start)
    _ = empty.ask(.blocksByRange(start: Slot(5), count: 3))
    #expect(empty.handle(.range(.roots([]))) == [.finish, .end(.answered(blocks: 0))])
  }

  @Test func `a block missing inside a range is told: a hole would look like an empty slot`() throws
  {
    let blocks = try chain([5, 6])
    var stream = Stream(.blocksByRange, at: start)
    _ = stream.ask(.blocksByRange(start: Slot(5), count: 2))
    _ = stream.handle(.range(.roots(blocks.map(\.root))))
    _ = stream.handle(.block(blocks[0].sszBytes()))
    _ = stream.handle(.written)
    #expect(stream.handle(.block(nil)) == refused(.incompleteHistory))
    #expect(stream.handle(.written) == [.finish, .end(.refused(.incompleteHistory))])
  }

  @Test func `what is not kept gets code 3, never code 1`() {
    for (answer, refusal) in [
      (IncomingRequest.RangeAnswer.outsideHistory, Refusal.outsideHistory),
      (.incompleteHistory, .incompleteHistory),
    ] {
      var stream = Stream(.blocksByRange, at: start)
      _ = stream.ask(.blocksByRange(start: Slot(5), count: 2))
      #expect(stream.handle(.range(answer)) == refused(refusal))
    }
  }

  @Test func `a node without a status yet says so`() {
    var stream = Stream(.status, at: start)
    _ = stream.ask(.status(sampleStatus))
    #expect(stream.handle(.status(nil)) == refused(.internalFailure))
  }

  @Test func `a range out of range and a malformed request get code 1`() {
    var stream = Stream(.blocksByRange, at: start)
    #expect(stream.ask(.blocksByRange(start: Slot(5), count: 0)) == refused(.countOutOfRange))
    #expect(stream.handle(.written) == [.finish, .end(.refused(.countOutOfRange))])
    var other = Stream(.blocksByRange, at: start)
    #expect(other.handle(.received([4, 1, 2, 3, 4])) == refused(.malformedRequest))
    var short = Stream(.status, at: start)
    _ = short.handle(.received([80]))
    #expect(short.handle(.ended) == refused(.malformedRequest))
    var long = Stream(.status, at: start)
    #expect(long.handle(.received([81])) == refused(.malformedRequest))
  }

  @Test func `a peer that goes on sending after its request is cut off`() {
    var stream = Stream(.status, at: start)
    #expect(
      stream.handle(.received((Request.status(sampleStatus).encoded + [0])[...]))
        == [.reset, .end(.surplus)])
    stream = Stream(.status, at: start)
    _ = stream.ask(.status(sampleStatus))
    #expect(stream.handle(.received([0])) == [.reset, .end(.surplus)])
  }

  @Test func `a request that drips in is cut off, whatever it has sent`() {
    var stream = Stream(.status, at: start)
    stream.now = start + .seconds(9)
    #expect(stream.handle(.received([80])) == [])
    #expect(stream.handle(.time) == [])
    stream.now = start + IncomingRequest.stepTime
    #expect(stream.machine.deadline == stream.now)
    #expect(stream.handle(.time) == [.reset, .end(.timedOut)])
  }

  @Test func `a peer that never reads is cut off`() {
    var stream = Stream(.status, at: start)
    _ = stream.ask(.status(sampleStatus))
    _ = stream.handle(.status(sampleStatus))
    stream.now = start + IncomingRequest.stepTime
    #expect(stream.handle(.time) == [.reset, .end(.timedOut)])
  }

  @Test func `when we are late the peer gets a word and time to read it`() {
    var stream = Stream(.status, at: start)
    _ = stream.ask(.status(sampleStatus))
    stream.now = start + IncomingRequest.stepTime
    #expect(stream.handle(.time) == refused(.internalFailure))
    #expect(stream.machine.deadline == stream.now + IncomingRequest.stepTime)
    #expect(stream.handle(.status(sampleStatus)) == [], "found too late")
    #expect(stream.handle(.written) == [.finish, .end(.refused(.internalFailure))])
  }

  @Test func `a slow reader's answer ends after a minute`() throws {
    let blocks = try chain(Array(1...10))
    var stream = Stream(.blocksByRange, at: start)
    _ = stream.ask(.blocksByRange(start: Slot(1), count: 10))
    var effects = stream.handle(.range(.roots(blocks.map(\.root))))
    for block in blocks where stream.machine.deadline != nil {
      _ = stream.handle(.block(block.sszBytes()))
      stream.now += .seconds(9)
      effects = stream.handle(.time)
      if effects.isEmpty { _ = stream.handle(.written) }
    }
    #expect(effects == [.reset, .end(.timedOut)])
    #expect(stream.now == start + .seconds(63))
  }

  @Test func `a reset ends it whatever it is doing`() throws {
    var reading = Stream(.status, at: start)
    #expect(reading.handle(.reset) == [.end(.abandoned)])
    var finding = Stream(.status, at: start)
    _ = finding.ask(.status(sampleStatus))
    #expect(finding.handle(.reset) == [.end(.abandoned)])
  }

  @Test func `a peer that asks for nothing but blocks that are not here is told to come later`()
    throws
  {
    let strange = try RequestedBlockRoots(
      (0..<1024).map { number in
        Bytes32 { ($0[0], $0[1]) = (UInt8(number & 255), UInt8(number >> 8)) }
      })
    var stream = Stream(.blocksByRoot, at: start)
    for _ in 0..<2048 { stream.budget.charge(bytes: 250_000, at: start) }
    // 64 blocks a peer may ask for by now, which is as many as two times 1,024 looks.
    stream.now = start + .seconds(2)
    for _ in 0..<2 {
      stream.machine = IncomingRequest(.blocksByRoot, at: stream.now)
      var effects = stream.ask(.blocksByRoot(strange))
      var looks = 0
      while case .findBlock = effects.first {
        looks += 1
        effects = stream.handle(.block(nil))
      }
      #expect(looks == 1024)
      #expect(effects == [.finish, .end(.answered(blocks: 0))])
    }
    stream.machine = IncomingRequest(.blocksByRoot, at: stream.now)
    #expect(stream.ask(.blocksByRoot(strange)) == refused(.tooManyRequests))
  }

  @Test func `a peer without budget is told to come later`() {
    var stream = Stream(.status, at: start)
    for _ in 0..<64 {
      stream.machine = IncomingRequest(.status, at: start)
      #expect(stream.ask(.status(sampleStatus)) == [.findStatus(peers: sampleStatus)])
    }
    stream.machine = IncomingRequest(.status, at: start)
    #expect(stream.ask(.status(sampleStatus)) == refused(.tooManyRequests))
  }
}
