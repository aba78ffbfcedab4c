/// The ids of messages that came by lately, so that each is taken once.
///
/// Ids are forgotten by whole generations, so none carries a time of its own.
/// leanSpec: `node/networking/gossipsub/mcache.py`, `SeenCache`.
struct SeenCache: Sendable {
  /// Which of the two kinds an id is of.
  enum Form: Hashable, Sendable {
    case standard, compressed
  }

  /// The most ids of one generation; about 12 MiB for all of them.
  ///
  /// Two peers that send as much as ``InboundBudget`` lets them do not reach it. At the limit the
  /// oldest generation goes early, and the engine has to refuse what it knows.
  static let generationLimit = 65_536

  /// Generations that are kept; an id lives between three and four quarters of the time to live.
  private static let generationCount = 4

  private var generations: [[MessageID: Form]] = [[:]]
  private var newestBegan: Duration
  private let generationTime: Duration

  /// Remembers ids for at least `timeToLive`.
  init(timeToLive: Duration, at now: Duration) {
    generationTime = timeToLive / (Self.generationCount - 1)
    newestBegan = now
  }

  /// The number of ids.
  var count: Int { generations.reduce(0) { $0 + $1.count } }

  /// The kind of an id that is known.
  func form(of id: MessageID) -> Form? {
    for generation in generations {
      if let form = generation[id] { return form }
    }
    return nil
  }

  /// Whether an id is known.
  func contains(_ id: MessageID) -> Bool { form(of: id) != nil }

  /// Remembers the ids of a message.
  mutating func insert(_ ids: MessageIDs, at now: Duration) {
    if generations[0].count + 2 > Self.generationLimit { rotate(at: now) }
    if let standard = ids.standard { generations[0][standard] = .standard }
    generations[0][ids.compressed] = .compressed
  }

  /// Forgets what is too old.
  mutating func expire(at now: Duration) {
    if now - newestBegan >= generationTime { rotate(at: now) }
  }

  private mutating func rotate(at now: Duration) {
    newestBegan = now
    generations.insert([:], at: 0)
    if generations.count > Self.generationCount { generations.removeLast() }
  }
}
