/// Why a file or folder of a network or its keys cannot be used: one line with the place and the
/// remedy.
public struct KeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let path: String

  /// The line, counted from 1; `nil` when the file as a whole is meant.
  public let line: Int?

  /// What is wrong and what to do, without the path.
  public let problem: String

  /// Creates an error about the file at `path`.
  public init(_ path: String, line: Int? = nil, _ problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  /// `path:line: problem` in one line.
  public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
