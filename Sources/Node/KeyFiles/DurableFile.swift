public import Foundation

/// Files that are there whole or not at all, with the readers that they are meant for.
public enum DurableFile {
  /// Who may read a file; only its owner may write it.
  public enum Readers: Sendable {
    /// The owner: a secret.
    case owner

    /// Every user of the machine: clients in containers run as other users.
    case everyone

    fileprivate var mode: mode_t {
      switch self {
      case .owner: 0o600
      case .everyone: 0o644
      }
    }
  }

  /// The beginning of the names of unfinished files; the end is random, so that the rest of a killed
  /// process is never in the way of another one with its number.
  static let unfinishedPrefix = ".swiftlet-unfinished-"

  /// Writes a file so that a crash leaves the old one or the new one.
  ///
  /// The bytes are synced under a temporary name beside the file, then renamed, then the folder is
  /// synced.
  /// - Throws: ``KeyFileError`` with the system's reason.
  public static func write(
    _ bytes: some ContiguousBytes, to path: String, readers: Readers
  ) throws(KeyFileError) {
    try write(bytes, to: path, readers) { rename($0, path) }
  }

  /// Writes a new file; one that is there stays as it is.
  ///
  /// - Throws: ``KeyFileError`` when there is a file at `path`, and with the system's reason.
  public static func create(
    _ bytes: some ContiguousBytes, at path: String, readers: Readers
  ) throws(KeyFileError) {
    // A rename replaces what another process has put there meanwhile, a link does not.
    try write(bytes, to: path, readers) { temporary in
      guard link(temporary, path) == 0 else { return -1 }
      return unlink(temporary)
    }
  }

  /// Reads a file of at most `maximumBytes`.
  ///
  /// - Throws: ``KeyFileError`` when it is missing, unreadable, no plain file or larger.
  public static func read(_ path: String, maximumBytes: Int) throws(KeyFileError) -> Data {
    let file = try OpenFile(path, maximumBytes: maximumBytes)
    var data = Data(count: file.byteCount)
    guard data.withUnsafeMutableBytes({ file.copy(at: 0, to: $0) }) else {
      throw KeyFileError(path, "cannot be read; check the disk")
    }
    return data
  }

  /// Whether others than the owner may read or write the file; a link is judged by its target.
  public static func isExposed(_ path: String) -> Bool {
    (try? OpenFile(path, maximumBytes: .max))?.isExposed ?? false
  }

  /// Removes what killed processes left in a folder that the caller has locked.
  static func removeUnfinished(in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(unfinishedPrefix) { unlink("\(folder)/\(name)") }
  }

  private static func write(
    _ bytes: some ContiguousBytes, to path: String, _ readers: Readers,
    publish: (_ temporary: String) -> Int32
  ) throws(KeyFileError) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    // `mkstemp` wants six of one letter at the end, and fills them in.
    let blanks = String(repeating: "X", count: 6)
    var template = Array("\(folder)/\(unfinishedPrefix)\(blanks)".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure("cannot be written", path) }
    let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    guard let temporary else { preconditionFailure("a template without bytes") }
    let isWritten =
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && fchmod(descriptor, readers.mode) == 0
      && bytes.withUnsafeBytes { writeAll($0, to: descriptor) } && fsync(descriptor) == 0
    let reason = errno
    guard close(descriptor) == 0, isWritten, publish(temporary) == 0 else {
      let cause = isWritten ? errno : reason
      unlink(temporary)
      throw cause == EEXIST
        ? KeyFileError(path, "exists and is not replaced; name another folder, or move it away")
        : failure("cannot be written", path, cause)
    }
    try syncFolder(folder)
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Foundation.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func syncFolder(_ folder: String) throws(KeyFileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("cannot be synced", folder) }
  }

  private static func failure(
    _ problem: String, _ path: String, _ cause: Int32 = errno
  ) -> KeyFileError {
    KeyFileError(path, "\(problem) (\(String(cString: strerror(cause)))); check folder and disk")
  }
}
