private import Foundation

/// A lock on a folder that ends with the process, however it ends.
///
/// The folder itself is locked, so that there is no file to leave behind.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks the folder at `path`.
  ///
  /// - Throws: ``KeyFileError`` when another process holds it or it cannot be opened.
  public init(_ path: String) throws(KeyFileError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw KeyFileError(path, "cannot be opened; check the path and its owner")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw KeyFileError(path, "is in use by another process; wait until that one has finished")
    }
  }

  deinit {
    close(descriptor)
  }
}
