/// Why a key file, manifest or folder cannot be used: one line with the place and the remedy.
public struct KeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let path: String

  /// What is wrong and what to do, without the path.
  public let problem: String

  /// Creates an error about the file at `path`.
  public init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }

  /// `path: problem` in one line.
  public var description: String { "\(path): \(problem)" }
}
