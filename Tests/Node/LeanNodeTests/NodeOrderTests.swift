import Chain
import LeanNode
import Testing

struct NodeOrderTests {
  @Test func `an order is a line of words, and the line is the order`() {
    let orders =
      OperatorCommand.allCases.map { NodeOrder.command($0) } + [
        .setCut(true), .setCut(false), .holdNextBlock(milliseconds: 3_400), .proverCost(nil),
        .proverCost("leanvm"), .stepClock(milliseconds: -1_500),
      ]
    for order in orders { #expect(NodeOrder(line: order.line) == order) }
    #expect(Set(orders.map(\.line)).count == orders.count)
  }

  @Test func `what is no order is none`() {
    for line in [
      "", "cut", "cut maybe", "hold -1", "hold 60001", "step x", "command die", "explode now",
      "cut true now",
    ] {
      #expect(NodeOrder(line: line) == nil, "\(line)")
    }
  }
}
