internal import ChainEvents
internal import Hashing
internal import NodeStatus

/// A row of a table as filters, sorting and exports see it.
struct TableRow {
  /// One value.
  enum Value: Equatable {
    case text(String)
    case number(Double)
    /// Not known.
    case none

    init(_ number: (some BinaryInteger)?) {
      self = number.map { .number(Double($0)) } ?? .none
    }

    /// The value as people write it.
    var words: String {
      switch self {
      case .text(let text): text
      case .number(let number):
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
      case .none: ""
      }
    }
  }

  /// What no other row of the table is called.
  let name: String
  /// The fields in the order of an export.
  let values: [(field: String, value: Value)]
  /// More words that a filter finds.
  var aliases = ""

  /// The value of a field.
  subscript(field: String) -> Value? { values.first { $0.field == field }?.value }

  /// Everything that a filter finds.
  var words: String { values.map(\.value.words).joined(separator: " ") + " " + aliases }

  /// The fields of a page's table; none where it has no table.
  static func fields(of page: Page) -> [String] {
    switch page {
    case .peers: ["peer", "client", "dir", "rtt", "head", "lag", "finalized", "score", "refused"]
    case .validators: ["index", "next", "left", "attested", "missed", "proposed", "lost"]
    case .prebuild:
      [
        "slot", "by", "parent", "prepared", "outcome", "reason", "build", "sign", "merge", "ready",
        "publish", "votes", "bytes", "refreshes",
      ]
    case .chain: ["slot", "root", "proposer", "weight", "votes", "arrival", "import"]
    case .overview, .events, .doctor, .calendar: []
    }
  }

  /// Lines of comma-separated values, the names of the fields first.
  static func csv(_ rows: [TableRow], of page: Page) -> String {
    let lines = [fields(of: page)] + rows.map { $0.values.map(\.value.words) }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// Pairs each field of a page with its value.
  private init(_ name: String, _ page: Page, _ values: [Value], aliases: String = "") {
    let fields = TableRow.fields(of: page)
    precondition(fields.count == values.count, "\(page) has \(fields.count) fields")
    self.name = name
    self.values = zip(fields, values).map { (field: $0, value: $1) }
    self.aliases = aliases
  }

  init(_ peer: KnownPeer, _ scene: Scene) {
    let status = peer.status
    self.init(
      peer.peer, .peers,
      [
        .text(peer.peer), .text(peer.client ?? ""),
        peer.direction.map { .text($0 == .inbound ? "in" : "out") } ?? .none,
        Value(status?.roundTripMilliseconds), Value(status?.headSlot),
        Value(scene.lag(of: peer)), Value(status?.finalizedSlot),
        status?.scoreThousandths.map { .number(Double($0) / 1000) } ?? .none, Value(peer.rejected),
      ], aliases: peer.address ?? "")
  }

  init(_ validator: OwnValidator, _ scene: Scene) {
    self.init(
      "v\(validator.index)", .validators,
      [
        Value(validator.index), Value(scene.nextProposal(of: validator.index)),
        Value(validator.leavesLeft(after: scene.slot)), Value(validator.attested),
        Value(validator.unattested), Value(validator.proposed), Value(validator.unproposed),
      ], aliases: "v\(validator.index)")
  }

  init(_ proposal: ProposalRecord, _ scene: Scene) {
    let record = scene.node.slots[proposal.slot]
    func time(_ lane: Lane) -> Value { Value(lane.milliseconds(record, until: 4000)) }
    self.init(
      "\(proposal.slot)", .prebuild,
      [
        Value(proposal.slot), Value(proposal.validator),
        .text(proposal.parent?.short ?? ""), Value(proposal.preparedAt),
        .text(proposal.outcome?.verdict.word ?? "running"), .text(proposal.reason),
        time(Lane.grouped[0]), time(Lane.grouped[1]), time(Lane.grouped[2]), Value(proposal.lead),
        Value(proposal.publishOffset), Value(proposal.votes), Value(proposal.bytes),
        Value(proposal.refreshCount),
      ],
      aliases: (proposal.validator.map { "v\($0) " } ?? "") + (proposal.parent?.description ?? ""))
  }

  init(_ row: BlockTree.Row, weight: Int, marks: String) {
    let block = row.block
    self.init(
      block?.root.description ?? "empty \(row.slot)", .chain,
      [
        Value(row.slot), .text(block?.root.description ?? "no block"), Value(block?.proposer),
        Value(weight), Value(block?.votes), Value(block?.arrival), Value(block?.importTime),
      ],
      aliases: marks
        + (block.map { " v\(Words.told($0.proposer))" + ($0.isOurs ? " ours" : "") } ?? "")
        + (row.isCanonical ? "" : " orphan"))
  }
}

extension ProposalRecord {
  /// Why it was no hit, in words; empty for a hit.
  var reason: String {
    switch outcome {
    case .fallback(let reason, _)?: reason.words
    case .forfeited(let reason)?: reason.words
    case .missed(let reason)?: reason.words
    case .late?: "late"
    case .hit?, nil: ""
    }
  }
}

extension Scene {
  /// Own proposals that the table goes back to.
  static let proposalLimit = 256

  /// The peers that the filter lets through, in the order of the table.
  var peers: [KnownPeer] { chosen(node.peers.peers, of: .peers) { TableRow($0, self) } }

  /// The validators that the filter lets through, in the order of the table.
  var validators: [OwnValidator] {
    chosen(node.validators, of: .validators) { TableRow($0, self) }
  }

  /// Our proposals that the filter lets through, newest first.
  var proposals: [ProposalRecord] {
    var newest = node.proposals.newest(Scene.proposalLimit)
    if state.showsOnlyMisses { newest.removeAll { $0.outcome?.verdict == .hit } }
    return chosen(newest, of: .prebuild) { TableRow($0, self) }
  }

  /// How far a peer's head is behind the wall; `nil` until it has announced one.
  func lag(of peer: KnownPeer) -> UInt64? {
    peer.status.map { slot > $0.headSlot ? slot - $0.headSlot : 0 }
  }

  /// The next slot of a validator's proposal.
  func nextProposal(of validator: UInt64) -> UInt64? {
    guard let count = node.validatorCount, validator < count else { return nil }
    return slot + 1 + (validator + count - (slot + 1) % count) % count
  }

  /// The selected element of a list.
  func selected<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[min(selection, elements.count - 1)]
  }

  private func chosen<Element>(
    _ elements: [Element], of page: Page, _ row: (Element) -> TableRow
  ) -> [Element] {
    let text = state.filters[page] ?? ""
    let filter = RowFilter(text, fields: TableRow.fields(of: page))
    let passing = text.isEmpty ? elements : elements.filter { filter.passes(row($0)) }
    guard let order = state.sortings[page]?.order, !order.isEmpty else { return passing }
    let places = Dictionary(zip(order, order.indices), uniquingKeysWith: { first, _ in first })
    return passing.enumerated()
      .map { (place: places[row($0.element).name] ?? order.count + $0.offset, element: $0.element) }
      .sorted { $0.place < $1.place }
      .map(\.element)
  }

  /// The names of a page's rows in the order of a column.
  func sortedRows(of page: Page, by sorting: ViewState.Sorting) -> [String] {
    let rows: [TableRow] =
      switch page {
      case .peers: node.peers.peers.map { TableRow($0, self) }
      case .validators: node.validators.map { TableRow($0, self) }
      default: []
      }
    let fields = TableRow.fields(of: page)
    guard fields.indices.contains(sorting.column) else { return rows.map(\.name) }
    let field = fields[sorting.column]
    let sorted = rows.enumerated().sorted { left, right in
      let (first, second) = (left.element[field] ?? .none, right.element[field] ?? .none)
      if first == second { return left.offset < right.offset }
      // The unknown stays last in both directions.
      if first == .none || second == .none { return second == .none }
      return sorting.isReversed ? second < first : first < second
    }
    return sorted.map(\.element.name)
  }
}

extension TableRow.Value: Comparable {
  /// Numbers before words, the unknown last.
  static func < (left: TableRow.Value, right: TableRow.Value) -> Bool {
    switch (left, right) {
    case (.number(let first), .number(let second)): first < second
    case (.text(let first), .text(let second)): first < second
    case (.number, .text): true
    case (_, .none): left != .none
    case (.none, _), (.text, .number): false
    }
  }
}
