private import Foundation
private import GRDB
package import Hashing
private import SigningLedger
package import XMSS

/// What a journal or a chain database says of itself without being opened for work.
///
/// Nothing is written, and a file that another process holds is only looked at. Not for a process that
/// holds the file itself: closing a second descriptor of it drops the locks that it has.
package struct StoredFile: Equatable, Sendable {
  /// What was found out.
  package enum State: Equatable, Sendable {
    /// There is no file.
    case missing
    /// The file cannot be read.
    case unreadable(reason: String)
    /// The file is something else.
    case foreign
    /// Another process holds it; what it has found in order needs no second look.
    case held(process: Int32)
    /// A process ended without closing it; the next start reads what is in the log beside it.
    case unclosed(format: Int)
    /// Every page was read; `damage` is the first contradiction.
    case closed(format: Int, damage: String?)
  }

  /// The kind of file that was looked for.
  package let format: FileFormat

  /// Where.
  package let path: String

  /// What was found.
  package let state: State

  /// Looks at a file.
  package init(_ format: FileFormat, path: String) {
    self.format = format
    self.path = path
    state = Self.look(format, path)
  }

  /// Why a node of a network would refuse the chain database; `nil` if it would not, or if the file
  /// cannot be read now.
  package func refusal(genesis: Bytes32) -> String? {
    content { try ChainDatabase.owner(in: $0) }.flatMap { owner in
      owner.flatMap { ChainDatabaseError(owner: $0, genesis: genesis, path: path)?.description }
    }
  }

  /// What keys would find in the journal if they started to sign now; `nil` if it cannot be read now.
  package func signingStart(
    keys: [PublicKey], genesis: Bytes32, policy: JournalPolicy, currentSlot: UInt64?
  ) -> JournalStart? {
    content { try JournalStore.records(in: $0) }.map { records in
      JournalStart.find(
        in: records, keys: keys.map(SigningKeyID.init), genesis: genesis, policy: policy,
        currentSlot: currentSlot
      ).start
    }
  }

  /// What is read from a file in order that nobody holds.
  ///
  /// A log beside it is not read: floors only rise, and a file's network stays, so that what is found
  /// without it holds with it.
  private func content<Output>(_ body: (Database) throws -> Output) -> Output? {
    switch state {
    case .unclosed, .closed(_, damage: nil): try? Self.read(path, body)
    case .missing, .unreadable, .foreign, .held, .closed: nil
    }
  }

  private static func look(_ format: FileFormat, _ path: String) -> State {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return errno == ENOENT ? .missing : .unreadable(reason: String(cString: strerror(errno)))
    }
    defer { Foundation.close(descriptor) }
    var header = [UInt8](repeating: 0, count: headerBytes)
    let count = pread(descriptor, &header, header.count, 0)
    // A new file's first page may still be in the log, so that the file itself is empty.
    guard count == headerBytes || count == 0 else {
      return count < 0 ? .unreadable(reason: String(cString: strerror(errno))) : .foreign
    }
    if let holder = holder(descriptor) { return .held(process: holder) }
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else { return .foreign }
    let number = bigEndian(header, at: 60)
    let application = bigEndian(header, at: 68)
    // Files of the first programs have neither.
    guard application == format.application || (application == 0 && number == 0) else {
      return .foreign
    }
    guard byteCount(path + "-wal") == 0 else { return .unclosed(format: Int(number)) }
    return .closed(format: Int(number), damage: damage(path))
  }

  /// The header of an SQLite file.
  private static let headerBytes = 100

  /// The bytes that SQLite locks, which lie beyond the data of small files and are never written.
  private static let (lockStart, lockLength) = (off_t(0x4000_0000), off_t(512))

  private static func holder(_ descriptor: Int32) -> Int32? {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = lockStart
    lock.l_len = lockLength
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return lock.l_pid
  }

  private static func bigEndian(_ bytes: [UInt8], at offset: Int) -> Int32 {
    Int32(bitPattern: bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) })
  }

  private static func byteCount(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Reads every page of a file that nobody holds and that has no log.
  private static func damage(_ path: String) -> String? {
    do {
      let answer = try read(path) { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
      return answer == "ok" ? nil : answer ?? "no answer"
    } catch {
      return "\(error)"
    }
  }

  /// Reads a file that nobody holds, and not the log beside it.
  private static func read<Output>(
    _ path: String, _ body: (Database) throws -> Output
  ) throws -> Output {
    var configuration = Configuration()
    configuration.readonly = true
    // Without the flag SQLite would make an index of the log beside the file.
    let queue = try DatabaseQueue(
      path: URL(filePath: path).absoluteString + "?immutable=1", configuration: configuration)
    defer { try? queue.close() }
    return try queue.read(body)
  }
}
