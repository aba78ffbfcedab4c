package import ChainEvents

extension NetworkEvent {
  var severity: Severity {
    switch self {
    case .peerStatus, .sync: .trace
    case .peerConnected, .peerDisconnected: .info
    case .syncGate(let open, _): open ? .event : .warning
    }
  }

  var sentence: String {
    switch self {
    case .peerConnected(let peer, let direction, let client, let address):
      [peer, direction?.rawValue, client, address].compactMap(\.self).joined(separator: " ")
    case .peerDisconnected(let peer, let reason): "\(peer): \(reason)"
    case .peerStatus(let status): "\(status.peer) head \(status.headSlot)"
    case .sync(let state, let head, let target): "\(state.rawValue) \(head) of \(target)"
    case .syncGate(let open, let reason): "\(open ? "open" : "closed"): \(reason)"
    }
  }
}

extension KeyEvent {
  var severity: Severity {
    switch self {
    case .window: .trace
    case .journal(let operation, _, _, _):
      switch operation {
      case .claimed: .trace
      case .opened, .pruned: .info
      case .failed: .critical
      }
    // A second node may use the keys; whatever else refuses costs one duty.
    case .signingRefused(_, _, _, let cause, _):
      cause == .alreadySigned || cause == .duplicateKeySeen ? .critical : .warning
    }
  }

  var sentence: String {
    switch self {
    case .window(let window):
      "v\(window.validator) \(window.role.rawValue) prepared to \(window.endPreparedSlot),"
        + " ends at \(window.endSlot)"
    case .journal(let operation, let slot, let entries, let milliseconds):
      operation.rawValue + (slot.map { " for slot \($0)" } ?? "")
        + ", \(entries) entries, \(milliseconds) ms"
    case .signingRefused(let slot, let validator, let role, _, let reason):
      "slot \(slot) v\(validator) \(role.rawValue): \(reason)"
    }
  }
}

extension NodeEvent {
  var severity: Severity {
    switch self {
    case .resources, .status, .worker: .trace
    case .started, .stopping, .operatorAction: .event
    case .chaos, .lost: .warning
    case .storage(let problem): problem == nil ? .event : .critical
    case .alarm(let news): news.isRaised ? news.level.severity : .event
    case .log(let level, _, _):
      switch level {
      case .trace, .debug: .trace
      case .info: .info
      case .warning: .warning
      case .error: .critical
      }
    }
  }

  var sentence: String {
    switch self {
    case .started(let node):
      "\(node.client) on \(node.network), \(node.ownValidators.count) of"
        + " \(node.validators) validators, \(node.policies)"
    case .stopping(let reason): reason
    case .resources(let memory, let processor, _):
      "\(memory >> 20) MiB, \((processor + 5) / 10) % of a core"
    case .operatorAction(let action, let result): "\(action): \(result)"
    case .chaos(let fault, let active, let detail):
      "\(fault.words) \(active ? "on" : "off"): \(detail)"
    case .log(_, let source, let message): "\(source): \(message)"
    case .lost(let count): "\(count) events were lost here"
    case .storage(let problem): problem ?? "the chain database is written again"
    case .worker(let report):
      "\(report.worker) (\(report.lane), \(report.place)) \(report.activity)"
        + (report.activityMilliseconds.map { " for \($0) ms" } ?? "")
        + ", \(report.waiting) waiting"
    case .status(let part): "part \(part.index) of \(part.count) of all that was known"
    case .alarm(let news): news.isRaised ? "\(news.text); \(news.advice)" : "over: \(news.text)"
    }
  }
}

extension RawRepresentable<String> {
  /// The word with spaces, as people write it.
  package var words: String {
    let words = rawValue.spaced
    return words.utf8.contains(UInt8(ascii: ":")) ? words.replacing(":", with: " in ") : words
  }
}

extension ProposalOutcome {
  /// The outcome in words, with reason and offset.
  package var words: String {
    switch self {
    case .hit(let offset): "hit \(signed(offset)) ms"
    case .late(let offset): "late \(signed(offset)) ms"
    case .fallback(let reason, let offset): "fallback \(signed(offset)) ms: \(reason.words)"
    case .forfeited(let reason): "forfeited: \(reason.words)"
    case .missed(let reason): "missed: \(reason.words)"
    }
  }
}

extension String {
  /// The text with spaces for underscores, as people read the names of events and reasons.
  package var spaced: String {
    let underscore = UInt8(ascii: "_")
    guard utf8.contains(underscore) else { return self }
    return String(decoding: utf8.map { $0 == underscore ? 0x20 : $0 }, as: UTF8.self)
  }
}
