/// The bounds of syncing, each with its reason.
package enum SyncLimits {
  /// Batches under way or waiting to be imported: while the first is imported the others come.
  static let batches = 4

  /// Requests to one peer at once, for ranges and for single blocks each: a slow one must not hold
  /// all.
  static let asksToPeer = 2

  /// The fewest and most slots of a batch; the protocol allows 1,024.
  static let batchSlots: ClosedRange<UInt64> = 16...512

  /// What a batch should have: half a second at 8 MB/s.
  static let batchBytes = 4 << 20

  /// Bytes of blocks that wait for their turn.
  ///
  /// At the limit the batch that is needed last is dropped, and asked for again when half of them
  /// are gone; so at most one block more is held.
  static let bufferBytes = 64 << 20

  /// Blocks that the engine has at once: enough to keep it busy while the next ones come.
  static let deliveries = 4

  /// Peers that must say that there is nothing more in a batch, if so many are there.
  static let emptyAnswers = 2

  /// How long the batch that is needed next may bring nothing before another peer gets it.
  static let patience = Duration.seconds(4)

  /// How long a peer may take in all; the limit of a request itself is shorter.
  static let askTime = Duration.seconds(70)

  /// How long the engine may take to judge a block: it is stopped, or has forgotten it.
  static let verdictTime = Duration.seconds(15)

  /// How long nothing is begun after a run that brought nothing: a slot.
  static let idlePause = Duration.seconds(4)

  /// How often peers are asked where they stand while our head is old.
  static let refreshTime = Duration.seconds(4)

  /// Slots by which our head may be behind the clock before peers are asked more often.
  static let usualLag: UInt64 = 4

  /// How long a peer is left alone whose chain is not ours, or that sent what no peer should.
  static let wrongChainTime = Duration.seconds(600)

  /// The longest time that a peer is left alone which only failed; it begins with a second.
  static let longestPause = Duration.seconds(64)

  /// Requests for single blocks that go on at once; more would only share the same line.
  static let rootAsks = 8

  /// Roots in one request.
  ///
  /// Far below the protocol's 1,024: an answer of 32 blocks of 250 kB is 8 MB.
  static let rootsPerAsk = 32

  /// Roots that are wanted; the newest are left out, the engine asks again.
  static let roots = 1_024

  /// Peers that are asked for a root before it is given up.
  static let triesPerRoot = 8
}
