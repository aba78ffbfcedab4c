/// What is wrong with files, all of it at once: a person mends files once and not once a problem.
package struct FileProblems: Error, Equatable, Sendable, CustomStringConvertible {
  /// Problems that are told; a file of something else may have one on each of its lines.
  package static let limit = 50

  /// What makes the files useless, at most ``limit``, in the order of reading.
  package private(set) var errors: [KeyFileError] = []

  /// What works although it looks wrong, at most ``limit``.
  package private(set) var warnings: [KeyFileError] = []

  /// Errors beyond the limit.
  package private(set) var untoldErrors = 0

  /// Creates an empty collection.
  package init() {}

  /// Adds what makes a file useless.
  package mutating func add(_ error: KeyFileError) {
    if errors.count < Self.limit { errors.append(error) } else { untoldErrors += 1 }
  }

  /// Adds what a person should know.
  package mutating func warn(_ warning: KeyFileError) {
    if warnings.count < Self.limit { warnings.append(warning) }
  }

  /// What `body` gives, or `nil` after its error was added.
  package mutating func collect<Value>(_ body: () throws(KeyFileError) -> Value) -> Value? {
    do {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// Throws the problems if a file is useless.
  package func check() throws(FileProblems) {
    guard errors.isEmpty else { throw self }
  }

  /// A line for each error.
  package var description: String {
    let lines = errors.map(\.description)
    let rest = untoldErrors > 0 ? ["and \(untoldErrors) more of them"] : []
    return (lines + rest).joined(separator: "\n")
  }
}
