internal import Consensus
internal import SSZ

/// Evidence for votes by what they say, in an order that every node reproduces.
///
/// A validator that says many things in one slot is not heard after a few: its further votes are
/// evidence for nothing, so that one key cannot fill a pool.
struct VoteTable<Evidence: Sendable & Equatable>: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    let data: AttestationData
    /// Whose votes the evidence shows.
    var voters = Bits()
    var evidence: Evidence
    /// The place in the order; lower comes first.
    var rank: Int
  }

  /// The data of one slot for which a validator may have evidence.
  private let dataPerValidator: Int
  private var entries: [AttestationData: Entry] = [:]
  private var dataBySlot: [Slot: [AttestationData]] = [:]
  /// Ranks below this one are free at the front, and from `nextRank` on at the back.
  private var firstRank = 0
  private var nextRank = 0

  init(dataPerValidator: Int) {
    self.dataPerValidator = dataPerValidator
  }

  var count: Int { entries.count }

  subscript(data: AttestationData) -> Entry? { entries[data] }

  /// In no particular order.
  var unordered: some Collection<Entry> { entries.values }

  /// By rank.
  ///
  /// - Complexity: O(n log n).
  var ordered: [Entry] { entries.values.sorted { $0.rank < $1.rank } }

  /// The latest slot of any vote.
  var newestSlot: Slot? { dataBySlot.keys.max() }

  /// Those of `voters` that may have evidence for `data` too.
  ///
  /// - Complexity: O(d) operations on bits for d data of the same slot.
  func admitted(_ voters: Bits, for data: AttestationData) -> Bits {
    let others = (dataBySlot[data.slot] ?? []).filter { $0 != data }
    guard others.count >= dataPerValidator else { return voters }
    // At position n those who are heard for more than n of the others.
    var heard = [Bits](repeating: Bits(), count: dataPerValidator)
    for other in others {
      var shared = entries[other]?.voters.intersection(voters) ?? Bits()
      for level in heard.indices {
        let again = heard[level].intersection(shared)
        heard[level].formUnion(shared)
        shared = again
      }
    }
    return voters.subtracting(heard[dataPerValidator - 1])
  }

  /// Changes the entry for `data`, which starts at the back with `evidence` if it is new.
  mutating func change<Answer>(
    _ data: AttestationData, startingWith evidence: @autoclosure () -> Evidence,
    _ body: (inout Entry) -> Answer
  ) -> Answer {
    let rank = nextRank
    if entries[data] == nil {
      dataBySlot[data.slot, default: []].append(data)
      nextRank += 1
    }
    return body(&entries[data, default: Entry(data: data, evidence: evidence(), rank: rank)])
  }

  /// Moves votes to the front in the order given; unknown ones enter with `evidence`.
  mutating func moveToFront(_ votes: [AttestationData], startingWith evidence: Evidence) {
    firstRank -= votes.count
    for (rank, data) in zip(firstRank..., votes) {
      change(data, startingWith: evidence) { $0.rank = rank }
    }
  }

  @discardableResult
  mutating func remove(_ data: AttestationData) -> Entry? {
    guard let entry = entries.removeValue(forKey: data) else { return nil }
    dataBySlot[data.slot]?.removeAll { $0 == data }
    if dataBySlot[data.slot]?.isEmpty == true { dataBySlot[data.slot] = nil }
    return entry
  }

  mutating func removeAll() {
    entries.removeAll()
    dataBySlot.removeAll()
  }
}
