import Hashing
import PeerIdentity
import Testing
import Wire

@testable import Networking

struct BlockWantsTests {
  private static let peers = (1...20).map { testIdentity(UInt8($0)).peerID }

  private static func root(_ number: Int) throws -> Bytes32 {
    try #require(
      Bytes32([UInt8](repeating: UInt8(number & 255), count: 31) + [UInt8(number >> 8)]))
  }

  @Test func `a root is asked of eight peers, one after the other, and then given up`() throws {
    var wants = BlockWants()
    var nothing: BlockWants.Ask?
    let root = try Self.root(1)
    wants.add([root])
    for index in 0..<8 {
      let next = wants.next(of: Self.peers)
      let ask = try #require(next)
      #expect(ask.peer == Self.peers[index])
      nothing = wants.next(of: Self.peers)
      #expect(nothing == nil)
      wants.ended(ask)
    }
    nothing = wants.next(of: Self.peers)
    #expect(nothing == nil)
    #expect(wants.count == 0)
  }

  @Test func `at most 8 asks of 32 roots go on, and 1,024 roots wait`() throws {
    var wants = BlockWants()
    wants.add(try (0..<2_000).map(Self.root))
    #expect(wants.count == 1_024)
    var asks: [BlockWants.Ask] = []
    while let ask = wants.next(of: Self.peers) { asks.append(ask) }
    #expect(asks.count == 8)
    #expect(asks.allSatisfy { $0.roots.count == 32 })
    #expect(Set(asks.flatMap(\.roots)).count == 8 * 32)
  }

  @Test func `a block that came from elsewhere is not asked for again`() throws {
    var wants = BlockWants()
    var nothing: BlockWants.Ask?
    let root = try Self.root(1)
    wants.add([root, root])
    #expect(wants.count == 1)
    let next = wants.next(of: Self.peers)
    let ask = try #require(next)
    wants.found(root)
    wants.ended(ask)
    nothing = wants.next(of: Self.peers)
    #expect(nothing == nil)
  }
}
