package import Foundation
private import Yams

/// A value in a YAML file that knows where it stands, so that a problem can name its line.
///
/// Scalars are text as it is written: to YAML the digits of a key without quotes are a number, and
/// `0x12` is one too.
package struct YAMLValue {
  /// The file.
  package let path: String

  /// The line on which the value begins, counted from 1.
  package let line: Int

  // Looked into only where it is asked for: a few lines can name a value billions of times.
  private let node: Node?

  /// The size that a file of a network may have: 4,096 validators have 1 MB of keys.
  package static let maximumFileBytes = 16 << 20

  /// Reads a file; an empty one is nothing.
  ///
  /// - Throws: ``KeyFileError`` when the file cannot be read or is not YAML.
  package init(file path: String) throws(KeyFileError) {
    try self.init(
      yaml: DurableFile.read(path, maximumBytes: Self.maximumFileBytes), path: path)
  }

  /// Reads a file's bytes; `path` is for errors.
  ///
  /// - Throws: ``KeyFileError`` when they are not YAML.
  package init(yaml: Data, path: String) throws(KeyFileError) {
    do {
      self.init(try compose(yaml: String(decoding: yaml, as: UTF8.self)), path, line: 1)
    } catch {
      throw KeyFileError(path, line: yamlLine(error), "is not YAML: \(yamlProblem(error))")
    }
  }

  private init(_ node: Node?, _ path: String, line: Int) {
    self.path = path
    self.line = node?.mark?.line ?? line
    self.node = node
  }

  private func inner(_ node: Node) -> Self { Self(node, path, line: line) }

  /// Whether there is no value: nothing is written, or `null`.
  package var isNothing: Bool {
    guard let node else { return true }
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }

  /// The text of a scalar; `nil` for nothing.
  package var text: String? { isNothing ? nil : node?.scalar?.string }

  /// The whole number that the text is.
  package var number: UInt64? { text.flatMap { UInt64($0) } }

  /// Whether the text is `true` or `false`.
  package var flag: Bool? { text.flatMap { Bool($0) } }

  /// The values of a list.
  package var values: [YAMLValue]? { node?.sequence.map { $0.map(inner) } }

  /// The names of a mapping with their values, in the order of the file.
  package var entries: [(name: YAMLValue, value: YAMLValue)]? {
    node?.mapping.map { $0.map { (inner($0.key), inner($0.value)) } }
  }

  /// The value of a name; `nil` when there is none or nothing is written.
  package subscript(name: String) -> YAMLValue? {
    guard let value = node?.mapping?.first(where: { $0.key.scalar?.string == name })?.value
    else { return nil }
    return inner(value).isNothing ? nil : inner(value)
  }

  /// An error about this value.
  package func error(_ problem: String) -> KeyFileError {
    KeyFileError(path, line: line, problem)
  }
}
