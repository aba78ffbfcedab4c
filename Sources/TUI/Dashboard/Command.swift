package import ChainEvents

/// A screenful with its own panels.
package enum Page: String, CaseIterable, Sendable {
  case overview, prebuild, chain, peers, validators, events
  /// Why finality stands still.
  case doctor
  /// Our next duties.
  case calendar
  case alarms

  /// Whether the page has rows to select, and for a filter to choose from.
  package var hasRows: Bool { ![.doctor, .calendar, .alarms].contains(self) }
}

/// Everything that a key can ask for; `KeymapTable` says each in words.
package enum Command: Hashable, Sendable {
  case show(Page)
  case nextPanel, previousPanel
  case up, down, left, right, pageUp, pageDown
  /// The first row, which is also the way back to now.
  case first
  case newest, last
  case open, close
  case nextNode, previousNode
  case help, palette, quit
  case freeze, backSlot, forwardSlot, backInterval, forwardInterval, goLive
  case slower, faster
  case filter, nextMatch, previousMatch, clearFilter, logLevel
  case sort, reverse, columns, onlyMisses
  case zoom
  /// Draw less time across the timeline, or more.
  case zoomIn, zoomOut
  case acknowledge
  case act(ActionCommand)
  case resetCounters
  case screenshot, screenshotSeries, record, writeLog, exportTable, copy
  case nextTheme, chooseTheme, toggleASCII, toggleMouse
  case repaint, suspend
}

extension Command {
  /// Whether the command is about the rows of a panel, so that the focus decides whose.
  package var concernsRows: Bool {
    switch self {
    case .up, .down, .left, .right, .pageUp, .pageDown, .first, .newest, .last, .open, .filter,
      .nextMatch, .previousMatch, .sort, .reverse:
      true
    default: false
    }
  }
}

/// What a person can ask of the chain; each asks first, each becomes an event.
package enum ActionCommand: Hashable, CaseIterable, Sendable {
  /// Build our next proposal inside its slot, whatever is prepared; or take that back.
  case forceFallback
  /// Be an aggregator, or stop being one.
  case toggleAggregator
  /// Drop the selected peer.
  case disconnectPeer
  /// Do a fault to a node of a devnet, or take it back.
  case fault(Fault)

  /// Every action, the faults last.
  package static let allCases: [ActionCommand] =
    [.forceFallback, .toggleAggregator, .disconnectPeer] + Fault.allCases.map(ActionCommand.fault)
}

/// An order with the node that it is for.
package struct OperatorOrder: Hashable, Sendable {
  /// The name of the node, as its events have it.
  package var node: String
  /// What it shall do.
  package var action: OperatorAction

  /// Creates an order for a node.
  package init(node: String, _ action: OperatorAction) {
    self.node = node
    self.action = action
  }
}

/// An order to whoever owns the chain, which answers with an event.
package enum OperatorAction: Hashable, Sendable {
  /// Build the proposal of this slot inside the slot.
  case forceFallback(slot: UInt64)
  /// Take a forced fallback back.
  case disarmFallback(slot: UInt64)
  /// Be an aggregator or not.
  case setAggregator(Bool)
  /// Drop a peer.
  case disconnectPeer(id: String)
  /// Put a fault in, or take it back where it stands.
  case toggleFault(Fault)
  /// Stop the node, since the screen that owns it was told to quit.
  case shutDown
}
