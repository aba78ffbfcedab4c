import Consensus
import Hashing
import RequestResponse
import SSZ
import Wire

extension FuzzTarget {
  /// Requests and answers, byte by byte.
  static let requests = [
    FuzzTarget(
      name: "request",
      seeds: {
        let roots = try RequestedBlockRoots([.zero, Bytes32 { $0[0] = 1 }])
        return [
          Request.status(status), .blocksByRoot(roots), .blocksByRange(start: Slot(1), count: 9),
        ].enumerated().map { index, request in
          [UInt8(index), 7] + OutgoingRequest(request, at: .zero).opening
        }
      }, run: answer),
    FuzzTarget(
      name: "response",
      seeds: {
        [0, 1, 2].map { kind in
          [kind, 9] + ResponseChunk(.success, status.sszBytes()).encoded
            + ResponseChunk(.resourceUnavailable, [0x61]).encoded + [2, 0]
        }
      }, run: ask),
  ]

  private static let status = Status(
    finalized: Checkpoint(root: .zero, slot: Slot(1)),
    head: Checkpoint(root: .zero, slot: Slot(2)))

  /// Plays a peer that asks; the first byte is the protocol.
  @Sendable private static func answer(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let protocols = RequestProtocol.allCases
    var machine = IncomingRequest(protocols[Int(first) % protocols.count], at: .zero)
    var budget = RequestBudget(at: .zero)
    var waiting = pieces(of: Array(input.dropFirst())).map { IncomingRequest.Input.received($0) }
    waiting.append(.ended)
    var ends = 0
    var steps = 0
    while !waiting.isEmpty {
      steps += 1
      demand(steps < 100_000, "an answer ends")
      for effect in machine.handle(waiting.removeFirst(), at: .zero, budget: &budget) {
        switch effect {
        case .findStatus: waiting.insert(.status(status), at: 0)
        case .findBlock(let root): waiting.insert(.block(root == .zero ? nil : [1]), at: 0)
        case .findRange: waiting.insert(.range(.roots([Bytes32 { $0[0] = 1 }])), at: 0)
        case .write(let bytes):
          var reader = ResponseReader()
          var rest = bytes[...]
          demand((try? reader.next(&rest)) != nil && rest.isEmpty, "an answer is one chunk a write")
          waiting.insert(.written, at: 0)
        case .finish, .reset: break
        case .end: ends += 1
        }
      }
    }
    demand(ends == 1 && machine.deadline == nil, "a request ends once")
  }

  /// Plays a peer that answers; the first byte is the request.
  @Sendable private static func ask(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let request: Request =
      switch first % 3 {
      case 0: .status(status)
      case 1: .blocksByRoot(RequestedBlockRoots())
      default: .blocksByRange(start: Slot(1), count: 9)
      }
    var machine = OutgoingRequest(request, at: .zero)
    var ends = 0
    let received = pieces(of: Array(input.dropFirst())).map { OutgoingRequest.Input.received($0) }
    for input in received + [.ended] {
      for effect in machine.handle(input, at: .zero) {
        switch effect {
        case .end: ends += 1
        case .status, .block: demand(ends == 0, "nothing comes after the end")
        }
      }
    }
    demand(ends == 1 && machine.deadline == nil, "a request ends once")
  }
}
