public import Foundation

/// The data that benchmarks run on: the folder `large` of the test vectors.
public struct BenchmarkData: Sendable {
  private let folder: URL

  /// Takes the data from `folder`.
  public init(folder: URL) {
    self.folder = folder
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``BenchmarkError/missingData(_:)``.
  public func bytes(_ name: String) throws(BenchmarkError) -> [UInt8] {
    let file = folder.appending(path: name)
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw .missingData(file.path)
    }
    return [UInt8](data)
  }
}

/// A reason why benchmarks cannot run.
public enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  /// A file is not there.
  case missingData(String)
  /// A benchmark names a baseline that did not run before it.
  case missingBaseline(String)

  /// A saved run cannot be compared with.
  case unreadableRun(path: String, reason: String)

  /// One line with the remedy.
  public var description: String {
    switch self {
    case .missingData(let path):
      "\(path) is missing; run from the repository or name its Tests/Vectors/large with --data"
    case .unreadableRun(let path, let reason):
      "\(path) is no saved run: \(reason); make one with swiftlet bench --json"
    case .missingBaseline(let name): "the baseline '\(name)' is no earlier benchmark of the suite"
    }
  }
}
