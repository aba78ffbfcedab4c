/// A key as a person pressed it, free of any terminal library's codes.
package enum Key: Hashable, Sendable {
  /// A character, also a space.
  case character(Character)
  /// Control with a lower-case letter.
  case control(Character)
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Tabulator.
  case tab
  /// Shift and tabulator.
  case backTab
  /// Backspace.
  case backspace
  /// Arrow up.
  case up
  /// Arrow down.
  case down
  /// Arrow left.
  case left
  /// Arrow right.
  case right
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// Home.
  case home
  /// End.
  case end
  /// Delete.
  case delete
  /// F1 to F12.
  case function(Int)
}

/// A click or a turn of the wheel.
package struct MouseEvent: Hashable, Sendable {
  /// What the hand did.
  package enum Button: Hashable, Sendable {
    /// The main button went down.
    case press
    /// The wheel turned away.
    case wheelUp
    /// The wheel turned near.
    case wheelDown
  }

  /// What the hand did.
  package let button: Button
  /// The column below the pointer.
  package let column: Int
  /// The row below the pointer.
  package let row: Int

  /// Creates an event.
  package init(_ button: Button, column: Int, row: Int) {
    self.button = button
    self.column = column
    self.row = row
  }
}

/// What a terminal tells the program.
package enum InputEvent: Hashable, Sendable {
  /// A key.
  case key(Key)
  /// The mouse, when it is on.
  case mouse(MouseEvent)
  /// Text that was pasted, between the marks of the terminal; the first 4,096 bytes.
  case paste(String)
  /// The answer to a question of ours.
  case answer(TerminalAnswer)
  /// The window has another size now.
  case resized(Size)
  /// The terminal is gone, or someone asked the program to end.
  case ended(EndReason)
}

/// Why a terminal session must end although no key said so.
package enum EndReason: Hashable, Sendable {
  /// SIGTERM or SIGHUP.
  case signal(Int32)
  /// The terminal hung up.
  case terminalLost
}
