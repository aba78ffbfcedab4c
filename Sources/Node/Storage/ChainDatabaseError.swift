internal import Foundation
private import GRDB
internal import Hashing
private import SSZ

/// Why the chain database cannot do what it was asked, with what to do about it.
public struct ChainDatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure, for callers that act on them.
  public enum Code: Hashable, Sendable {
    /// Another process holds the database.
    case inUse

    /// The file cannot be created, opened or written for lack of a place or of rights.
    case inaccessible

    /// The file is no chain database, or what it holds does not decode.
    case damaged

    /// The disk is full.
    case full

    /// The file holds the chain of another network.
    case foreign

    /// A newer swiftlet wrote the file.
    case newerVersion
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

  private static let remedy =
    "move it away; the node then starts from genesis or from its peers"

  /// Refuses the database at `path` for what is wrong in it.
  init(damaged finding: String, path: String) {
    self.init(.damaged, "chain database \(path) is damaged (\(finding)); \(Self.remedy)")
  }

  /// Refuses the database of another network; `nil` if `owner` is `genesis`.
  init?(owner: Data, genesis: Bytes32, path: String) {
    guard owner != data(genesis) else { return nil }
    self.init(
      .foreign,
      "chain database \(path) belongs to another network (genesis "
        + "\(Bytes32([UInt8](owner))?.short ?? "?"), ours is \(genesis.short)); give another "
        + "--data-dir, or move the file away")
  }

  /// Translates what SQLite, GRDB or the decoder threw about the database at `path`.
  init(_ error: any Error, path: String) {
    if let error = error as? ChainDatabaseError {
      self = error
      return
    }
    if let error = error as? FileFormat.Newer {
      self.init(.newerVersion, error.description)
      return
    }
    if error is SSZError {
      self.init(damaged: "\(error)", path: path)
      return
    }
    guard let failure = error as? DatabaseError else {
      self.init(.inaccessible, "chain database \(path): \(error); \(Self.remedy)")
      return
    }
    let detail = failure.message ?? "no detail"
    switch failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.inUse, "chain database \(path) is in use by another process; stop that one first")
    case .SQLITE_FULL:
      self.init(.full, "chain database \(path): the disk is full; free some space")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH, .SQLITE_IOERR:
      self.init(
        .inaccessible,
        "chain database \(path) cannot be written (\(detail)); check that its directory exists "
          + "and is yours, or give another --data-dir")
    default:
      self.init(damaged: detail, path: path)
    }
  }
}
