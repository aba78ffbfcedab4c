import PeerIdentity
import QUIC
import Randomness
import Testing
import Wire

@testable import Libp2p

struct DialBookTests {
  private static let second: UInt64 = 1_000_000_000
  private static let peer = identity(2).peerID
  private static let address = NetworkAddress.loopback(port: 2)

  private static func book() -> DialBook {
    DialBook([.init(peer: peer, addresses: [address])], own: identity(1).peerID, at: 0)
  }

  @Test func `waits double from one second to thirty, give or take a quarter`() {
    var book = Self.book()
    var random = SeededRandom(seed: 1)
    var now: UInt64 = 0
    var waits: [UInt64] = []
    for _ in 0..<8 {
      #expect(book.takeDue(at: now) == [.init(peer: Self.peer, address: Self.address)])
      #expect(book.takeDue(at: now).isEmpty)
      book.disconnected(Self.peer, at: now, using: &random)
      waits.append(book.nextDeadline - now)
      now = book.nextDeadline
    }
    for (wait, middle) in zip(waits, [1, 2, 4, 8, 16, 30, 30, 30] as [UInt64]) {
      let whole = middle * Self.second
      #expect((whole * 3 / 4...whole * 5 / 4).contains(wait))
    }
    #expect(Set(waits).count == waits.count)
  }

  @Test func `dials that wait can be made due at once, those under way go on`() {
    var book = Self.book()
    var random = SeededRandom(seed: 1)
    for _ in 0..<6 { book.disconnected(Self.peer, at: 0, using: &random) }
    #expect(book.takeDue(at: Self.second).isEmpty)
    book.hurry(at: Self.second)
    #expect(book.takeDue(at: Self.second).count == 1)
    book.hurry(at: Self.second)
    #expect(book.takeDue(at: Self.second).isEmpty)
  }

  @Test func `a connection that lasted makes the next wait short, a short one does not`() {
    var book = Self.book()
    var random = SeededRandom(seed: 1)
    for _ in 0..<6 { book.disconnected(Self.peer, at: 0, using: &random) }
    book.connected(Self.peer, at: 0)
    #expect(book.missing.isEmpty)
    book.disconnected(Self.peer, at: Self.second, using: &random)
    #expect(book.nextDeadline > 20 * Self.second)
    book.connected(Self.peer, at: 0)
    book.disconnected(Self.peer, at: 30 * Self.second, using: &random)
    #expect(book.nextDeadline < 32 * Self.second)
  }

  @Test func `addresses of one peer are tried in turn, and ourselves never`() {
    let addresses = [NetworkAddress.loopback(port: 5), .loopback6(port: 6)]
    var random = SeededRandom(seed: 1)
    var book = DialBook(
      [
        .init(peer: Self.peer, addresses: [addresses[0]]),
        .init(peer: Self.peer, addresses: addresses),
        .init(peer: identity(1).peerID, addresses: addresses),
      ], own: identity(1).peerID, at: 0)
    var dialed: [NetworkAddress] = []
    for _ in 0..<4 {
      dialed += book.takeDue(at: book.nextDeadline).map(\.address)
      book.disconnected(Self.peer, at: book.nextDeadline == .max ? 0 : 1, using: &random)
    }
    #expect(dialed == addresses + addresses)
  }

  @Test func `at most sixteen dials are under way`() {
    let peers = (1...40).map {
      DialBook.StaticPeer(
        peer: identity($0).peerID, addresses: [.loopback(port: UInt16($0))])
    }
    var book = DialBook(peers, own: identity(99).peerID, at: 0)
    var random = SeededRandom(seed: 1)
    let first = book.takeDue(at: 0)
    #expect(first.count == 16)
    #expect(book.nextDeadline == .max)
    book.disconnected(first[0].peer, at: 0, using: &random)
    #expect(book.takeDue(at: 0).count == 1)
  }
}
