import Testing
import Wire

@testable import RequestResponse

struct RequestBudgetTests {
  private let start = Duration.seconds(100)

  @Test func `a burst passes, a flood does not, and time fills the bucket`() {
    var budget = RequestBudget(at: start)
    let admitted = (0..<100).filter { _ in budget.admits(.status, at: start) }.count
    #expect(admitted == 64)
    let later = (0..<100).filter { _ in budget.admits(.status, at: start + .seconds(3)) }.count
    #expect(later == 6)
  }

  @Test func `peers that ask as often as known clients are never refused`() {
    var budget = RequestBudget(at: start)
    for second in 0..<3600 {
      let now = start + .seconds(second)
      if second.isMultiple(of: 4) { #expect(budget.admits(.status, at: now) == true) }
      #expect(budget.admits(.blocksByRoot, at: now) == true)
      budget.charge(bytes: 250_000, at: now)
    }
  }

  @Test func `blocks leave a debt that time pays, and a status is answered meanwhile`() {
    var budget = RequestBudget(at: start)
    for _ in 0..<2500 { budget.charge(bytes: 250_000, at: start) }
    #expect(budget.admits(.blocksByRange, at: start) == false)
    #expect(budget.admits(.status, at: start) == true)
    #expect(budget.admits(.blocksByRoot, at: start + .seconds(14)) == false)
    #expect(budget.admits(.blocksByRoot, at: start + .seconds(15)) == true)
  }

  @Test func `a budget is as good as new after a while, never better`() {
    var budget = RequestBudget(at: start)
    #expect(budget.fill(at: start) == 1)
    _ = budget.admits(.status, at: start)
    #expect(budget.fill(at: start) < 1)
    #expect(budget.fill(at: start + .seconds(1000)) == 1)
  }
}
