internal import Consensus
internal import Hashing
internal import SSZ

/// A vote as fork choice counts it.
struct CountedVote: Sendable, Hashable {
  let slot: Slot
  /// The root of the attestation data.
  let root: Bytes32
  let head: Checkpoint
  /// The position of the head in the block tree.
  let position: Int

  init(_ data: AttestationData, position: Int) {
    slot = data.slot
    root = data.hashTreeRoot()
    head = data.head
    self.position = position
  }

  private init(_ vote: CountedVote, position: Int) {
    slot = vote.slot
    root = vote.root
    head = vote.head
    self.position = position
  }

  /// The vote in a tree that has its head at another position.
  func moved(to position: Int) -> CountedVote { CountedVote(self, position: position) }

  /// The later slot counts; in one slot the larger root, whatever came first.
  func replaces(_ other: CountedVote) -> Bool {
    slot != other.slot ? slot > other.slot : root > other.root
  }
}

/// The latest vote of every validator, whatever became of the proof that showed it.
///
/// One vote a validator: nothing ever has to go.
struct LatestVotes: Sendable, Equatable {
  /// Votes that at least one validator cast, each once.
  private var ballots: [CountedVote] = []
  /// The position of each validator's vote among the ballots.
  private var choices: [Int?] = []

  /// How many votes each block has, by position.
  var weights: [Int: Int] {
    var weights: [Int: Int] = [:]
    for case let ballot? in choices { weights[ballots[ballot].position, default: 0] += 1 }
    return weights
  }

  /// Counts a vote for validators.
  ///
  /// - Returns: How many votes each block gains, by position.
  mutating func count(_ vote: CountedVote, voters: Bits) -> [Int: Int] {
    if voters.count > choices.count {
      choices.append(contentsOf: repeatElement(nil, count: voters.count - choices.count))
    }
    var gains: [Int: Int] = [:]
    var ballot: Int?
    for voter in voters.setIndices {
      if let earlier = choices[voter].map({ ballots[$0] }) {
        guard vote.replaces(earlier) else { continue }
        gains[earlier.position, default: 0] -= 1
      }
      let chosen = ballot ?? position(of: vote)
      ballot = chosen
      choices[voter] = chosen
      gains[vote.position, default: 0] += 1
    }
    // Ballots that nobody holds any more go from time to time.
    if ballots.count > 2 * choices.count + 64 { self = compactMapped { $0 } }
    return gains
  }

  /// Counts the votes of others that replace ours.
  ///
  /// - Returns: How many votes each block gains, by position.
  mutating func merge(_ others: LatestVotes) -> [Int: Int] {
    var gains: [Int: Int] = [:]
    for (ballot, voters) in others.voters {
      gains.merge(count(others.ballots[ballot], voters: voters), uniquingKeysWith: +)
    }
    return gains
  }

  /// The votes that `change` leaves, as it leaves them.
  func compactMapped(_ change: (CountedVote) -> CountedVote?) -> LatestVotes {
    var votes = LatestVotes()
    for (ballot, voters) in voters {
      if let vote = change(ballots[ballot]) { _ = votes.count(vote, voters: voters) }
    }
    return votes
  }

  private var voters: [(ballot: Int, voters: Bits)] {
    var voters: [Int: Bits] = [:]
    for (validator, ballot) in choices.enumerated() {
      if let ballot { voters[ballot, default: Bits()].insert(validator) }
    }
    return voters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The place of a vote among the ballots; recent ones are last.
  private mutating func position(of vote: CountedVote) -> Int {
    if let position = ballots.suffix(8).lastIndex(of: vote) { return position }
    ballots.append(vote)
    return ballots.count - 1
  }
}
