private import GRDB

/// Why the signing journal cannot do what it was asked, with what to do about it.
public struct JournalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure, for callers that act on them.
  public enum Code: Hashable, Sendable {
    /// Another process holds the journal.
    case inUse

    /// The file cannot be created, opened or written for lack of a place or of rights.
    case inaccessible

    /// The file is no journal, or its contents contradict themselves.
    case damaged

    /// The disk is full; the claim was not made and may be tried again.
    case full

    /// A newer swiftlet wrote the file.
    case newerVersion

    /// A commit failed in a way that leaves its outcome unknown; nothing is signed any more.
    case stopped

    /// A record to import is not what it should be.
    case badInterchange
  }

  /// The kind of failure.
  public let code: Code

  /// One line: what happened, where, and the remedy.
  public let description: String

  /// Creates an error.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// Whether a later claim may succeed without a restart.
  package var isTransient: Bool { code == .full }
}

extension JournalError {
  /// Translates what SQLite or GRDB threw about the journal at `path`.
  init(_ error: any Error, path: String) {
    if let error = error as? JournalError {
      self = error
      return
    }
    if let error = error as? FileFormat.Newer {
      self.init(.newerVersion, error.description)
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.inaccessible, "signing journal \(path): \(error)")
      return
    }
    let detail = error.message ?? "no detail"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .inUse,
        "signing journal \(path) is in use by another process; stop that process first: "
          + "two signers with one key give the key away")
    case .SQLITE_FULL:
      self.init(
        .full, "signing journal \(path): the disk is full; nothing was signed; free some space")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_CONSTRAINT:
      self.init(
        .damaged,
        "signing journal \(path) is damaged (\(detail)); move it away and start again: "
          + "keys without history stay silent for two slots")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      self.init(
        .inaccessible,
        "signing journal \(path) cannot be opened for writing (\(detail)); "
          + "check that its directory exists and is yours, or give another place with --journal")
    default:
      self.init(
        .stopped,
        "signing journal \(path): \(detail) (SQLite \(error.extendedResultCode.rawValue)); "
          + "check the disk, then restart")
    }
  }
}
