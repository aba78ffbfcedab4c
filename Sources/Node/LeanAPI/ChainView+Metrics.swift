package import ChainHost
package import Consensus
internal import ForkChoice
package import LeanMetrics

extension ChainView {
  /// What the metrics say of the chain.
  package func metricsFacts(wallSlot: Slot) -> MetricsFacts.ChainFacts {
    MetricsFacts.ChainFacts(
      wallSlot: wallSlot.rawValue, headSlot: head.slot.rawValue,
      safeTargetSlot: forkChoice.nodes.first { $0.root == forkChoice.safeTarget }?.slot.rawValue,
      justifiedSlot: justified.slot.rawValue, finalizedSlot: finalized.slot.rawValue,
      pooledSignatures: forkChoice.pooledSignatures, newPayloads: forkChoice.newPayloads,
      knownPayloads: forkChoice.knownPayloads, isAggregator: isAggregator)
  }
}
