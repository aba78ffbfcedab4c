private import Consensus
private import Storage

extension Diagnosis {
  /// A day of slots: less is left of a key, and it is time for the next one.
  static let fewSlots: UInt64 = 86_400 / Preset.secondsPerSlot

  /// What is found of a node at a time since 1970.
  package static func findings(_ node: NodeFacts, nowSeconds: UInt64) -> [Finding] {
    let slot = node.genesisSeconds.flatMap { genesis in
      nowSeconds < genesis ? nil : (nowSeconds - genesis) / Preset.secondsPerSlot
    }
    var findings = [disk(node)] + settings(node)
    if let genesis = node.genesisSeconds {
      findings.append(Self.genesis(genesis, slot: slot, nowSeconds: nowSeconds))
      findings.append(keys(node, slot: slot ?? 0))
    }
    if let journal = node.journal { findings.append(Self.journal(journal, node, slot: slot)) }
    if let database = node.database { findings.append(Self.database(database, node)) }
    if !node.ports.isEmpty { findings.append(ports(node)) }
    return findings + [prover(node)]
  }

  private static func disk(_ node: NodeFacts) -> Finding {
    if let refusal = node.writeRefusal {
      return Finding(
        .disk, .problem,
        "\(node.dataDirectory) cannot be written (\(refusal)): give it to this user")
    }
    guard let free = node.freeDiskBytes else {
      return Finding(.disk, .unknown, "the system does not say how much is free")
    }
    let text = "\(size(free)) free at \(node.dataDirectory)"
    return if free < leastDiskBytes {
      Finding(.disk, .problem, "\(text): on a full disk nothing is signed; free some")
    } else if free < fewDiskBytes {
      Finding(.disk, .notice, "\(text); \(size(fewDiskBytes)) are better, or lower --keep-slots")
    } else {
      Finding(.disk, .good, text)
    }
  }

  private static func settings(_ node: NodeFacts) -> [Finding] {
    let problems = node.problems.map { Finding(.settings, .problem, $0) }
    let warnings = node.warnings.map { Finding(.settings, .notice, $0) }
    guard problems.isEmpty, node.genesisSeconds != nil else { return problems + warnings }
    return warnings + [Finding(.settings, .good, "the node and its network's files fit together")]
  }

  private static func genesis(_ genesis: UInt64, slot: UInt64?, nowSeconds: UInt64) -> Finding {
    guard let slot else {
      return Finding(.genesis, .good, "slot 0 begins in \(span(genesis - nowSeconds))")
    }
    return Finding(.genesis, .good, "\(span(nowSeconds - genesis)) ago; this is slot \(slot)")
  }

  private static func keys(_ node: NodeFacts, slot: UInt64) -> Finding {
    switch node.keys {
    case .none: Finding(.keys, .good, "no validators: the node observes")
    case .broken(let reason): Finding(.keys, .problem, reason)
    case .opened(let windows): keys("\(windows.count) keys in order", windows, slot)
    case .held(let window):
      keys("in use by the running node", window.map { [$0] } ?? [], slot)
    }
  }

  private static func keys(_ text: String, _ windows: [Range<UInt64>], _ slot: UInt64) -> Finding {
    guard let first = windows.map(\.lowerBound).max(), let end = windows.map(\.upperBound).min()
    else { return Finding(.keys, .good, text) }
    if slot >= end {
      return Finding(
        .keys, .problem,
        "\(text), but one ended at slot \(end) and signs nothing any more: make keys for later "
          + "slots, and a registry that names them")
    }
    if slot < first {
      return Finding(.keys, .problem, "\(text), but one begins only at slot \(first)")
    }
    let left = "\(text); the first ends in \(end - slot) slots"
    return end - slot < fewSlots
      ? Finding(.keys, .notice, "\(left), less than a day") : Finding(.keys, .good, left)
  }

  private static func journal(_ file: StoredFile, _ node: NodeFacts, slot: UInt64?) -> Finding {
    if case .missing = file.state {
      guard node.validators > 0, slot != nil else {
        return Finding(.journal, .good, "none yet; the node makes it")
      }
      return Finding(
        .journal, .notice,
        "\(file.path) is not there: \(silence)")
    }
    let damaged =
      "move it away and restore the newest copy; without one, keys keep silent for two slots"
    let finding = stored(.journal, file, damaged: damaged)
    guard finding.verdict == .good, let start = node.signingStart else { return finding }
    return signing(start, finding)
  }

  /// What the node's keys may sign by a journal that is in order.
  private static func signing(_ start: JournalStart, _ finding: Finding) -> Finding {
    let warnings = start.warnings
    if let first = warnings.first {
      let more = warnings.count > 1 ? ", and \(warnings.count - 1) more of its kind" : ""
      return Finding(.journal, start.costsDuties ? .problem : .notice, first + more)
    }
    if start.claimCount == 0, start.currentSlot != nil {
      return Finding(
        .journal, .notice, "\(finding.text), but no signature of these keys: \(silence)")
    }
    return finding
  }

  private static let silence =
    "keys without history keep silent for two slots; if they signed elsewhere, import that journal "
    + "first"

  private static func database(_ file: StoredFile, _ node: NodeFacts) -> Finding {
    if case .missing = file.state {
      return Finding(.database, .good, "none yet; the node makes it")
    }
    if let refusal = node.databaseRefusal { return Finding(.database, .problem, refusal) }
    return stored(.database, file, damaged: "move it away; the chain then comes from peers")
  }

  private static func prover(_ node: NodeFacts) -> Finding {
    switch node.prover {
    case .embedded:
      Finding(.prover, .good, "the embedded one; swiftlet prover install brings leanVM")
    case .installed:
      Finding(
        .prover, .good,
        "leanVM is installed in \(node.dataDirectory); swiftlet prover check measures it")
    case .unusable:
      Finding(
        .prover, .notice,
        "leanVM in \(node.dataDirectory) is of another generation or not complete: run swiftlet "
          + "prover install --data-dir \(node.dataDirectory)")
    }
  }

  private static func stored(
    _ subject: Finding.Subject, _ file: StoredFile, damaged: String
  ) -> Finding {
    switch file.state {
    case .missing: Finding(subject, .good, "none yet")
    case .unreadable(let reason):
      Finding(subject, .problem, "\(file.path) cannot be read (\(reason)): give it to this user")
    case .foreign:
      Finding(
        subject, .problem, "\(file.path) is no \(file.format.name): name another file, or move it")
    case .held(let process):
      Finding(subject, .good, "\(file.path) is in use by process \(process)")
    case .unclosed(let format):
      file.format.refusal(of: format, path: file.path).map { Finding(subject, .problem, $0) }
        ?? Finding(
          subject, .good, "\(file.path): not closed in order; the next start reads its log")
    case .closed(let format, let damage):
      if let refusal = file.format.refusal(of: format, path: file.path) {
        Finding(subject, .problem, refusal)
      } else if let damage {
        Finding(subject, .problem, "\(file.path) is damaged (\(damage)): \(damaged)")
      } else {
        Finding(subject, .good, "\(file.path): format \(format), every page in order")
      }
    }
  }

  private static func ports(_ node: NodeFacts) -> Finding {
    let names = node.ports.map(\.name).joined(separator: ", ")
    let refused = node.ports.compactMap { port in port.refusal.map { "\(port.name) (\($0))" } }
    guard !refused.isEmpty else { return Finding(.ports, .good, "free: \(names)") }
    if let holder = node.holder {
      return Finding(.ports, .good, "\(names); the node runs as process \(holder)")
    }
    return Finding(
      .ports, .problem,
      "not to be had: \(refused.joined(separator: ", ")); stop what has them, or name others")
  }

  /// A time in the largest unit that fits.
  private static func span(_ seconds: UInt64) -> String {
    switch seconds {
    case 172_800...: "\(seconds / 86_400) days"
    case 7_200...: "\(seconds / 3_600) hours"
    case 120...: "\(seconds / 60) minutes"
    default: "\(seconds) seconds"
    }
  }
}
