package import ChainEvents

/// A screenful with its own panels.
package enum Page: String, CaseIterable, Sendable {
  /// Everything at a glance.
  case overview
  /// The life of our proposals.
  case prebuild
  /// Fork choice and the tree.
  case chain
  /// Who we talk to.
  case peers
  /// Our validators, keys and the aggregator.
  case validators
  /// The log of events.
  case events
  /// Why finality stands still.
  case doctor
  /// Our next duties.
  case calendar
  /// What is wrong, and what was.
  case alarms

  /// Whether the page has rows to select, and for a filter to choose from.
  package var hasRows: Bool { ![.doctor, .calendar, .alarms].contains(self) }
}

/// Everything that a key can ask for.
package enum Command: Hashable, Sendable {
  /// Show a page.
  case show(Page)
  /// Move the focus to the next panel.
  case nextPanel
  /// Move the focus to the panel before.
  case previousPanel
  /// Move the selection.
  case up
  /// Move the selection.
  case down
  /// Move the selection.
  case left
  /// Move the selection.
  case right
  /// Move the selection by a page.
  case pageUp
  /// Move the selection by a page.
  case pageDown
  /// Come back to now, and select the first.
  case first
  /// Select the newest.
  case newest
  /// Select the last.
  case last
  /// Open what is selected.
  case open
  /// Close what is open.
  case close
  /// Look at the next node, where one screen has several.
  case nextNode
  /// Look at the node before.
  case previousNode
  /// Explain every key.
  case help
  /// Find anything that a key does by its words.
  case palette
  /// End the program.
  case quit
  /// Freeze the screen, or let it go on.
  case freeze
  /// Look one slot back.
  case backSlot
  /// Look one slot on.
  case forwardSlot
  /// Look one interval back.
  case backInterval
  /// Look one interval on.
  case forwardInterval
  /// Come back to now.
  case goLive
  /// Replay at half the speed.
  case slower
  /// Replay at twice the speed.
  case faster
  /// Type a filter.
  case filter
  /// Go to the next match.
  case nextMatch
  /// Go to the match before.
  case previousMatch
  /// Show everything again.
  case clearFilter
  /// Show only graver log lines.
  case logLevel
  /// Sort a table by its next column.
  case sort
  /// Turn the order of a table around.
  case reverse
  /// Choose the columns of a table.
  case columns
  /// Show only the proposals that were no hits, or all.
  case onlyMisses
  /// Give the focused panel the whole screen.
  case zoom
  /// Draw less time across the timeline.
  case zoomIn
  /// Draw more time across the timeline.
  case zoomOut
  /// Acknowledge the alarms.
  case acknowledge
  /// Ask the chain for something.
  case act(ActionCommand)
  /// Reset the shown counters.
  case resetCounters
  /// Save a picture.
  case screenshot
  /// Save a picture of each of the next ten slots.
  case screenshotSeries
  /// Start or stop recording the events.
  case record
  /// Write the filtered log to a file.
  case writeLog
  /// Write the table of the page to a file.
  case exportTable
  /// Copy the selected root.
  case copy
  /// Use the next theme.
  case nextTheme
  /// Choose a theme from a list.
  case chooseTheme
  /// Change between Unicode and ASCII.
  case toggleASCII
  /// Switch the mouse on or off.
  case toggleMouse
  /// Draw everything anew.
  case repaint
  /// Stop the program until `fg`.
  case suspend
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
  /// Put a fault into a simulated network, or take it back.
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
