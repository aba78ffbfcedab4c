import Testing

@testable import Gossipsub

struct InboundBudgetTests {
  @Test(arguments: InboundBudget.Item.allCases)
  func `what is above a limit is above it until a slot is over`(item: InboundBudget.Item) {
    var budget = InboundBudget(at: .zero)
    #expect(budget.spend(item.limit, on: item, at: .zero) == true)
    #expect(budget.spend(1, on: item, at: .zero) == false)
    #expect(budget.spend(1, on: item, at: .milliseconds(3999)) == false)
    #expect(budget.spend(1, on: item, at: .seconds(4)) == true)
  }
}
