public import Foundation

/// Files that only their owner may read, and that are there whole or not at all.
public enum PrivateFile {
  /// Writes `bytes` to `path` with mode 0600 so that a crash leaves the old file or the new one.
  ///
  /// The bytes are synced under a temporary name beside the file, then renamed, then the folder is
  /// synced.
  /// - Throws: ``KeyFileError`` with the system's reason.
  public static func write(
    _ bytes: some ContiguousBytes, to path: String
  ) throws(KeyFileError) {
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot be written", path) }
    let isWritten = bytes.withUnsafeBytes { writeAll($0, to: descriptor) } && fsync(descriptor) == 0
    let reason = errno
    guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
      let cause = isWritten ? errno : reason
      unlink(temporary)
      throw failure("cannot be written", path, cause)
    }
    try syncFolder(of: path)
  }

  /// Reads a file of at most `maximumBytes`.
  ///
  /// - Throws: ``KeyFileError`` when it is missing, unreadable or larger.
  public static func read(
    _ path: String, maximumBytes: Int
  ) throws(KeyFileError) -> Data {
    let attributes: [FileAttributeKey: Any]
    let data: Data
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
      let size = (attributes[.size] as? Int) ?? 0
      guard size <= maximumBytes else {
        throw KeyFileError(path, "has \(size) bytes; at most \(maximumBytes) are expected")
      }
      data = try Data(contentsOf: URL(filePath: path))
    } catch let error as KeyFileError {
      throw error
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw KeyFileError(
        path, isThere ? "cannot be read; check its owner and mode" : "does not exist")
    }
    return data
  }

  /// Whether others than the owner may read or write the file.
  public static func isExposed(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = attributes?[.posixPermissions] as? Int else { return false }
    return mode & 0o077 != 0
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

  private static func syncFolder(of path: String) throws(KeyFileError) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
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
