/// What one peer may ask for: buckets that fill with time, so that a burst passes and a flood does
/// not.
package struct RequestBudget: Equatable, Sendable {
  /// A number that grows with time up to its capacity.
  private struct Bucket: Equatable {
    /// What is there after a long time.
    let capacity: Double
    /// What a second adds.
    let perSecond: Double
    private var level: Double
    private var time: Duration

    init(capacity: Double, perSecond: Double, at now: Duration) {
      self.capacity = capacity
      self.perSecond = perSecond
      level = capacity
      time = now
    }

    func level(at now: Duration) -> Double {
      min(capacity, level + perSecond * ((now - time) / .seconds(1)))
    }

    func fill(at now: Duration) -> Double { level(at: now) / capacity }

    /// Takes an amount away; the level may fall below zero.
    mutating func take(_ amount: Double, at now: Duration) {
      level = level(at: now) - amount
      time = max(time, now)
    }
  }

  /// Requests of any kind.
  ///
  /// lantern asks for our status every 5 s, ethlambda repeats a request for
  /// roots ten times within seconds; two a second are twenty times that for ever.
  private var requests: Bucket

  /// Blocks in answers, as many as their bytes are of a large one; the smallest cost 1/32, and so
  /// does the look for one that is not here.
  ///
  /// A peer far behind gets two full ranges of blocks of 250 kB at once, then 32 a second, 8 MB/s:
  /// 128 times as fast as the chain grows. Of blocks of 8 kB it gets 1,024 a second.
  private var blocks: Bucket

  private static let largeBlockBytes = 250_000.0
  private static let leastCost = 1.0 / 32

  /// Begins full.
  package init(at now: Duration) {
    requests = Bucket(capacity: 64, perSecond: 2, at: now)
    blocks = Bucket(capacity: 2048, perSecond: 32, at: now)
  }

  /// Whether a request may be answered; counts it if so.
  ///
  /// The blocks of an answer are counted as they go, so a large one may leave a debt.
  mutating func admits(_ protocol: RequestProtocol, at now: Duration) -> Bool {
    guard requests.level(at: now) >= 1 else { return false }
    switch `protocol` {
    case .status: break
    case .blocksByRoot, .blocksByRange: guard blocks.level(at: now) >= 1 else { return false }
    }
    requests.take(1, at: now)
    return true
  }

  /// Counts a block of an answer by its bytes; none were found of one that is not here.
  mutating func charge(bytes: Int, at now: Duration) {
    blocks.take(max(Self.leastCost, Double(bytes) / Self.largeBlockBytes), at: now)
  }

  /// How full the emptier bucket is, at most 1; at 1 the budget is as good as new.
  func fill(at now: Duration) -> Double {
    min(requests.fill(at: now), blocks.fill(at: now))
  }
}
