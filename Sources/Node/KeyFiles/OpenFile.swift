private import Foundation

/// A plain file that is open for reading, judged by what it is and not by the link that leads there.
final class OpenFile: Sendable {
  let path: String
  let byteCount: Int

  /// Whether others than the owner may read or write the file.
  let isExposed: Bool

  private let descriptor: Int32

  /// Opens a file of at most `maximumBytes`.
  ///
  /// - Throws: ``KeyFileError`` when it is missing, unreadable, no plain file or larger.
  init(_ path: String, maximumBytes: Int) throws(KeyFileError) {
    // A pipe without a writer would make the opening wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.refusal(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw KeyFileError(path, "is no plain file")
    }
    guard status.st_size <= maximumBytes else {
      close(descriptor)
      throw KeyFileError(
        path, "has \(status.st_size) bytes; at most \(maximumBytes) are expected")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
    isExposed = status.st_mode & 0o077 != 0
  }

  deinit {
    close(descriptor)
  }

  /// Fills `buffer` with the bytes from `offset` on; `false` when the file does not give them.
  ///
  /// Read anew each time instead of mapped: a page of a mapped file that is gone, because the disk
  /// failed or someone cut the file, kills the process, and here it costs one signature.
  func copy(at offset: Int, to buffer: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Locks the file for this process until it is closed; `false` when another one holds it.
  func lock() -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  private static func refusal(_ path: String, _ cause: Int32) -> KeyFileError {
    switch cause {
    case ENOENT, ENOTDIR: KeyFileError(path, "does not exist")
    case EMFILE, ENFILE:
      KeyFileError(path, "cannot be opened: too many open files; raise `ulimit -n`")
    default: KeyFileError(path, "cannot be read; check its owner and mode")
    }
  }
}
