import Testing
import Wire

@testable import RequestResponse

struct RequestBudgetsTests {
  private let start = Duration.seconds(100)

  private func peer(_ number: Int) throws -> PeerID {
    try PeerID(multihash: [0, 2, UInt8(number >> 8), UInt8(number & 0xFF)])
  }

  @Test func `coming back does not fill a budget`() throws {
    var budgets = RequestBudgets()
    let peer = try peer(1)
    func ask() -> Bool { budgets.with(peer, at: start) { $0.admits(.status, at: start) } }
    #expect((0..<100).filter { _ in ask() }.count == 64)
    #expect(!ask())
    let other = try self.peer(2)
    let isAdmitted = budgets.with(other, at: start) { $0.admits(.status, at: start) }
    #expect(isAdmitted)
  }

  @Test func `a full budget is not kept`() throws {
    var budgets = RequestBudgets()
    try budgets.with(peer(1), at: start) { _ = $0.admits(.status, at: start) }
    #expect(budgets.count == 1)
    try budgets.with(peer(1), at: start + .seconds(60)) { _ in }
    #expect(budgets.count == 0)
  }

  @Test func `at the limit the fullest quarter goes, so a flood of names hides no flooder`() throws
  {
    var budgets = RequestBudgets()
    let flooder = try peer(0xFFFF)
    budgets.with(flooder, at: start) { for _ in 0..<64 { _ = $0.admits(.status, at: start) } }
    for number in 0..<RequestBudgets.maximumPeers + 10 {
      try budgets.with(peer(number), at: start) { _ = $0.admits(.status, at: start) }
      #expect(budgets.count <= RequestBudgets.maximumPeers)
    }
    #expect(budgets.count == 3 * RequestBudgets.maximumPeers / 4 + 11)
    let isAdmitted = budgets.with(flooder, at: start) { $0.admits(.status, at: start) }
    #expect(!isAdmitted)
  }
}
