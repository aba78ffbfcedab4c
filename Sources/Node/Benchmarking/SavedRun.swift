private import Foundation

/// The measurements of an earlier run, read from what `swiftlet bench --json` printed.
public struct SavedRun: Decodable, Sendable {
  /// Where it was measured.
  public let machine: BenchmarkMachine
  /// What was measured in samples; figures of other kinds are left out.
  public let measurements: [Measurement]

  private enum CodingKeys: CodingKey {
    case machine, figures
  }

  /// The field by which a measurement is known among figures of other kinds.
  private struct Kind: Decodable {
    let medianNanoseconds: Double?
  }

  /// Creates a run.
  public init(machine: BenchmarkMachine, measurements: [Measurement]) {
    self.machine = machine
    self.measurements = measurements
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: ``BenchmarkError/unreadableRun(path:reason:)``.
  public init(path: String) throws(BenchmarkError) {
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      self = try JSONDecoder().decode(SavedRun.self, from: data)
    } catch is DecodingError {
      throw .unreadableRun(path: path, reason: "it is no output of bench --json")
    } catch {
      throw .unreadableRun(path: path, reason: error.localizedDescription)
    }
  }

  /// Reads a run.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    machine = try container.decode(BenchmarkMachine.self, forKey: .machine)
    let kinds = try container.decode([Kind].self, forKey: .figures)
    var figures = try container.nestedUnkeyedContainer(forKey: .figures)
    measurements = try kinds.compactMap { kind in
      let decoder = try figures.superDecoder()
      return kind.medianNanoseconds == nil ? nil : try Measurement(from: decoder)
    }
  }
}
