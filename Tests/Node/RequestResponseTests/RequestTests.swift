import Consensus
import Hashing
import SSZ
import Testing
import Wire

@testable import RequestResponse

struct RequestTests {
  private func request(_ protocol: RequestProtocol, _ ssz: [UInt8]) throws -> Request {
    try Request(`protocol`, ssz: ssz)
  }

  @Test func `every request goes there and back`() throws {
    let roots = try RequestedBlockRoots([.zero, Bytes32 { $0[0] = 1 }])
    for request in [
      Request.status(sampleStatus), .blocksByRoot(roots), .blocksByRange(start: Slot(7), count: 3),
    ] {
      let ssz = try FramedPayload.decode(request.encoded[...])
      #expect(ssz.count <= Request.maximumBytes(of: request.protocol))
      #expect(try Request(request.protocol, ssz: ssz) == request)
    }
  }

  @Test func `the largest request for roots is within its limit, one more root is malformed`()
    throws
  {
    let roots = try RequestedBlockRoots([Bytes32](repeating: .zero, count: 1024))
    let ssz = try FramedPayload.decode(Request.blocksByRoot(roots).encoded[...])
    #expect(ssz.count == Request.maximumBytes(of: .blocksByRoot))
    #expect(throws: Refusal.malformedRequest) {
      try request(.blocksByRoot, ssz + [UInt8](repeating: 0, count: 32))
    }
  }

  @Test(
    arguments: [
      (RequestProtocol.status, []), (.status, [UInt8](repeating: 0, count: 79)),
      (.blocksByRoot, []), (.blocksByRoot, [5, 0, 0, 0]), (.blocksByRoot, [4, 0, 0, 0, 1]),
      (.blocksByRange, [UInt8](repeating: 1, count: 15)),
    ] as [(RequestProtocol, [UInt8])])
  func `bytes of another shape are malformed`(protocol: RequestProtocol, ssz: [UInt8]) {
    #expect(throws: Refusal.malformedRequest) { try request(`protocol`, ssz) }
  }

  @Test(arguments: [(0, 0), (0, 1025), (UInt64.max, 1), (5, UInt64.max)] as [(UInt64, UInt64)])
  func `a range of no slots, too many or beyond the last is out of range`(
    start: UInt64, count: UInt64
  ) throws {
    let ssz = [start, count].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    #expect(throws: Refusal.countOutOfRange) { try request(.blocksByRange, ssz) }
  }
}
