public import Foundation

/// Runs trees of test vectors and reports what passed, failed or has no runner.
public enum Conformance {
  /// The formats that can be run, by name.
  static let runners: [any FormatRunner.Type] = [
    APIEndpointRunner.self,
    BlockSignaturesRunner.self,
    ForkChoiceRunner.self,
    GossipsubHandlerRunner.self,
    JustifiabilityRunner.self,
    LargeRunner.self,
    LeanSigRunner.self,
    MultiMessageProofRunner.self,
    NetworkingCodecRunner.self,
    PoseidonPermutationRunner.self,
    ReaggregationRunner.self,
    SingleMessageProofRunner.self,
    SlotClockRunner.self,
    SSZRunner.self,
    StateTransitionRunner.self,
    SyncRunner.self,
    XMSSRunner.self,
  ]

  /// The names of the formats that can be run, sorted.
  public static var formats: [String] {
    runners.map { $0.format }.sorted()
  }

  /// Runs every vector below `root`, a folder or a file, or only those of one format.
  ///
  /// - Throws: ``ConformanceError`` when there is nothing to run.
  public static func run(_ root: URL, format: String? = nil) throws -> ConformanceReport {
    var report = ConformanceReport()
    for (path, url) in try files(below: root) {
      let vectors: [Vector]
      do {
        vectors = try Vector.cases(
          path: path, data: Data(contentsOf: url), folder: url.deletingLastPathComponent())
      } catch {
        report.add(.unreadable, case: path, format: "unreadable")
        continue
      }
      for vector in vectors {
        let runner = runner(for: vector)
        let name = runner?.format ?? vector.namedFormat ?? folderFormat(url)
        guard format == nil || format == name else { continue }
        run(vector, runner, name, test: url.deletingPathExtension().lastPathComponent, &report)
      }
    }
    guard !report.tallies.isEmpty else { throw ConformanceError.noVectors(root.path, format) }
    return report
  }

  private static func run(
    _ vector: Vector, _ runner: (any FormatRunner.Type)?, _ format: String, test: String,
    _ report: inout ConformanceReport
  ) {
    guard let runner else {
      return report.add(.unsupported("no runner"), case: vector.name, format: format)
    }
    do {
      for vectorCase in try runner.cases(of: vector) {
        let name = vectorCase.name.map { "\(vector.name) \($0)" } ?? vector.name
        report.add(outcome(of: vectorCase.check, test: test), case: name, format: format)
      }
    } catch {
      report.add(outcome(of: { throw error }, test: test), case: vector.name, format: format)
    }
  }

  private static func outcome(
    of check: () throws -> Void, test: String
  ) -> ConformanceReport.Outcome {
    do {
      try check()
      return .passed
    } catch let error as Mismatch {
      return SupersededCases.rule(for: test, error).map { .superseded($0.rawValue) }
        ?? .failed(error)
    } catch let error as Unsupported {
      return .unsupported(error.reason)
    } catch {
      return .failed(Mismatch(expected: "no error", actual: "\(error)"))
    }
  }

  private static func runner(for vector: Vector) -> (any FormatRunner.Type)? {
    runners.filter { $0.keys.isSubset(of: vector.keys) }.max { $0.keys.count < $1.keys.count }
  }

  /// The name for vectors without a runner; leanSpec's layout is `format/test_…/test_….json`.
  private static func folderFormat(_ url: URL) -> String {
    let folder = url.deletingLastPathComponent()
    let isTest = folder.lastPathComponent.hasPrefix("test_")
    return (isTest ? folder.deletingLastPathComponent() : folder).lastPathComponent
  }

  /// The files with their paths below `root`, which may itself be one.
  private static func files(below root: URL) throws -> [(path: String, url: URL)] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) else {
      throw ConformanceError.missing(root.path)
    }
    guard isFolder.boolValue else { return [(root.lastPathComponent, root)] }
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { $0.hasSuffix(".json") }.sorted()
      .map { ($0, root.appending(path: $0)) }
  }
}

/// A reason why nothing could be run.
public enum ConformanceError: Error, Equatable, CustomStringConvertible {
  /// There is nothing at the path.
  case missing(String)
  /// There is no vector below the path, or none of the format.
  case noVectors(String, String?)

  /// One line with the remedy.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path) does not exist; give the folder that holds the vectors, or one of its files"
    case .noVectors(let path, nil):
      "there is no .json file below \(path); give the folder that holds the vectors"
    case .noVectors(let path, .some(let format)):
      "there is no \(format) vector below \(path); leave --format out to run all of them"
    }
  }
}
