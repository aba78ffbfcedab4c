import Testing

@testable import Gossipsub

struct PromisesTests {
  private let id = ids([1]).compressed

  @Test func `a promise is kept when anybody brings the message`() {
    var promises = Promises()
    promises.add(id, from: peer(1), at: .zero)
    promises.add(id, from: peer(2), at: .zero)
    promises.fulfil(id)
    #expect(promises.expire(at: .seconds(60)) == [])
    #expect(promises.count == 0)
    #expect(promises.debtors.isEmpty)
  }

  @Test func `only who owes a message is looked for when it comes`() {
    var promises = Promises()
    let other = ids([2]).compressed
    promises.add(id, from: peer(1), at: .zero)
    promises.add(id, from: peer(2), at: .zero)
    promises.add(other, from: peer(2), at: .seconds(1))
    #expect(promises.debtors == [id: [peer(1), peer(2)], other: [peer(2)]])
    promises.forgive(peer(1))
    #expect(promises.debtors == [id: [peer(2)], other: [peer(2)]])
    #expect(promises.expire(at: .seconds(3)) == [peer(2)])
    #expect(promises.debtors == [other: [peer(2)]])
    #expect(promises.isOwed(other, by: peer(2)))
  }

  @Test func `a promise is broken after three seconds, and once`() {
    var promises = Promises()
    promises.add(id, from: peer(1), at: .zero)
    #expect(promises.isOwed(id, by: peer(1)))
    #expect(promises.expire(at: .milliseconds(2999)) == [])
    #expect(promises.expire(at: .seconds(3)) == [peer(1)])
    #expect(promises.expire(at: .seconds(60)) == [])
  }

  @Test func `who left owes nothing`() {
    var promises = Promises()
    promises.add(id, from: peer(1), at: .zero)
    promises.forgive(peer(1))
    #expect(promises.expire(at: .seconds(60)) == [])
    #expect(promises.room(for: peer(1)) == Promises.peerLimit)
  }
}
