import Testing

@testable import Gossipsub

struct InboundBudgetTests {
  @Test(arguments: InboundBudget.Item.allCases)
  func `what is above a limit is a flood once, until a slot is over`(item: InboundBudget.Item) {
    var budget = InboundBudget(at: .zero)
    #expect(budget.spend(item.limit, on: item, at: .zero) == .within)
    #expect(budget.spend(1, on: item, at: .zero) == .flood)
    #expect(budget.spend(1, on: item, at: .milliseconds(3999)) == .above)
    #expect(budget.spend(1, on: item, at: .seconds(4)) == .within)
  }
}
