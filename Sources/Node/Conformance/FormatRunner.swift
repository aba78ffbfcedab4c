/// Runs the vectors of one format.
///
/// A runner lives in its own file and is named in ``Conformance/runners``.
public protocol FormatRunner: Sendable {
  /// The format's name, as in leanSpec's folders.
  static var format: String { get }

  /// Keys that every file of the format has at its top and that tell it from other formats.
  ///
  /// When several formats match a file, the one with the most keys has it.
  static var keys: Set<String> { get }

  /// The cases of one file: the file itself, unless the format packs several into one.
  static func cases(of vector: Vector) throws -> [VectorCase]

  /// Checks the one case of a file.
  ///
  /// - Throws: ``Mismatch`` when the outcome is not the expected one, ``Unsupported`` when the
  ///   case needs a part that is not there; any other error fails the case too.
  static func check(_ vector: Vector) throws
}

extension FormatRunner {
  /// The file as its only case.
  public static func cases(of vector: Vector) throws -> [VectorCase] {
    [VectorCase(name: nil) { try check(vector) }]
  }
}

/// One case of a file.
public struct VectorCase {
  /// What tells the case from others of its file.
  let name: String?
  let check: () throws -> Void

  /// Creates a case; `check` throws like ``FormatRunner/check(_:)``.
  public init(name: String?, check: @escaping () throws -> Void) {
    self.name = name
    self.check = check
  }
}

/// An outcome that is not the expected one.
public struct Mismatch: Error, Equatable {
  let expected: String
  let actual: String

  /// Creates a mismatch; both texts are shown.
  public init(expected: String, actual: String) {
    self.expected = expected
    self.actual = actual
  }
}

/// A case that needs a part that is not there.
public struct Unsupported: Error, Equatable {
  let reason: String

  /// Creates the reason shown.
  public init(_ reason: String) {
    self.reason = reason
  }
}

/// Demands that `actual` is `expected`; `subject` says what is compared.
///
/// - Throws: ``Mismatch``.
public func expect<Value: Equatable>(
  _ actual: Value, equals expected: Value, _ subject: String
) throws(Mismatch) {
  guard actual == expected else {
    throw Mismatch(expected: "\(subject) \(expected)", actual: "\(subject) \(actual)")
  }
}
