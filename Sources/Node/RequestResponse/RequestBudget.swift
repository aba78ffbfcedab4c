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

    /// Takes one away; the level may fall below zero.
    mutating func takeOne(at now: Duration) {
      level = level(at: now) - 1
      time = max(time, now)
    }
  }

  /// Requests of any kind.
  ///
  /// lantern asks for our status every 5 s, ethlambda repeats a request for
  /// roots ten times within seconds; two a second are twenty times that for ever.
  private var requests: Bucket

  /// Blocks in answers.
  ///
  /// A peer far behind gets two full ranges at once, then 32 blocks a second:
  /// 128 times as fast as the chain grows, and 8 MB/s of blocks of 250 kB.
  private var blocks: Bucket

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
    requests.takeOne(at: now)
    return true
  }

  /// Counts a block of an answer.
  mutating func charge(at now: Duration) {
    blocks.takeOne(at: now)
  }

  /// How full the emptier bucket is, at most 1; at 1 the budget is as good as new.
  func fill(at now: Duration) -> Double {
    min(requests.fill(at: now), blocks.fill(at: now))
  }
}
