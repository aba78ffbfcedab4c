/// Keys and the signing journal.
package enum KeyEvent: Equatable, Sendable {
  /// The state of one key of ours.
  case window(KeyWindow)
  /// The signing journal did something; entries are claims, time is that of the durable commit.
  case journal(JournalOperation, slot: UInt64?, entries: Int, milliseconds: Int64)
  /// A signature was refused: the leaf holds another root, or cannot be claimed.
  case signingRefused(
    slot: UInt64, validator: UInt64, KeyRole, MissReason?, reason: String)
}

/// How long a key lasts, and the part of it that can sign now.
package struct KeyWindow: Equatable, Sendable {
  /// The validator.
  package var validator: UInt64
  /// Which of its keys.
  package var role: KeyRole
  /// The first slot that the prepared trees can sign.
  package var firstPreparedSlot: UInt64
  /// The slot after the last that the prepared trees can sign.
  package var endPreparedSlot: UInt64
  /// The slot after the last that the key can ever sign.
  package var endSlot: UInt64

  /// Creates a window.
  package init(
    validator: UInt64, role: KeyRole, firstPreparedSlot: UInt64, endPreparedSlot: UInt64,
    endSlot: UInt64
  ) {
    self.validator = validator
    self.role = role
    self.firstPreparedSlot = firstPreparedSlot
    self.endPreparedSlot = endPreparedSlot
    self.endSlot = endSlot
  }
}

extension KeyEvent: EventFamily {
  enum Name: String, CaseIterable {
    case window = "key_window"
    case journal
    case signingRefused = "signing_refused"
  }

  var name: Name {
    switch self {
    case .window: .window
    case .journal: .journal
    case .signingRefused: .signingRefused
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .window:
        .window(
          KeyWindow(
            validator: try field("validator"), role: try field("key"),
            firstPreparedSlot: try field("first_prepared"),
            endPreparedSlot: try field("end_prepared"), endSlot: try field("end")))
      case .journal:
        .journal(
          try field("operation"), slot: try field("slot"), entries: try field("entries"),
          milliseconds: try field("ms"))
      case .signingRefused:
        .signingRefused(
          slot: try field("slot"), validator: try field("validator"), try field("key"),
          try field("cause"), reason: try field("reason"))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .window(let window):
      write("validator", window.validator)
      write("key", window.role)
      write("first_prepared", window.firstPreparedSlot)
      write("end_prepared", window.endPreparedSlot)
      write("end", window.endSlot)
    case .journal(let operation, let slot, let entries, let milliseconds):
      write("operation", operation)
      write("slot", slot)
      write("entries", entries)
      write("ms", milliseconds)
    case .signingRefused(let slot, let validator, let role, let cause, let reason):
      write("slot", slot)
      write("validator", validator)
      write("key", role)
      write("cause", cause)
      write("reason", reason)
    }
  }
}
