private import Foundation

/// What a client must bring to command a node: whoever may read the node's files may command it.
package enum APIToken {
  /// Why a token cannot be kept, one line.
  package struct Failure: Error, CustomStringConvertible {
    /// The line.
    package let description: String
  }

  /// Makes a token and writes it where only the owner of the process can read it.
  ///
  /// - Returns: The token, 64 hexadecimal digits.
  package static func write(to path: String) throws -> String {
    var random = SystemRandomNumberGenerator()
    let token = (0..<4).map { _ in
      let digits = String(random.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    // Removed first: a file that others could read would stay readable to them.
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    let line = Array("\(token)\n".utf8)
    guard Foundation.write(file, line, line.count) == line.count else { throw failure(path) }
    return token
  }

  private static func failure(_ path: String) -> Failure {
    Failure(description: "cannot write the token '\(path)': \(String(cString: strerror(errno)))")
  }
}
