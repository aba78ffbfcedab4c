internal import Aggregation
internal import ChainEvents
internal import Networking

extension LeanNode: NodeLife {
  package func obey(_ order: NodeOrder) {
    switch order {
    case .command(let wish): command(wish)
    case .setCut(let isCut): network.setCut(isCut)
    case .holdNextBlock(let milliseconds):
      network.holdNextBlock(byMilliseconds: milliseconds) { [self] in
        let detail = "its block is under way, \(milliseconds) ms late"
        emit(.node(.chaos(.delayBlock, active: false, detail: detail)))
      }
    case .proverCost(let name):
      backend.costModel = name.flatMap { AggregationCostModel(named: $0) }
    case .stepClock(let milliseconds): clock.step(byMilliseconds: milliseconds)
    }
  }
}
