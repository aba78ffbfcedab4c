/// What one peer may ask another, by the name that its stream is opened with.
package enum RequestProtocol: String, CaseIterable, Sendable {
  /// How far the peer's chain is.
  case status = "/leanconsensus/req/status/1/ssz_snappy"
  /// Blocks by their roots.
  case blocksByRoot = "/leanconsensus/req/blocks_by_root/1/ssz_snappy"
  /// The canonical blocks of consecutive slots.
  case blocksByRange = "/leanconsensus/req/blocks_by_range/1/ssz_snappy"
}
