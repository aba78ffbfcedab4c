internal import ArgumentParser
private import CMachine
private import Hashing

/// The `swiftlet` command: every capability of the node is one of its subcommands.
@main
struct Swiftlet: AsyncParsableCommand {
  /// The version of this program: the only place that says it.
  static let version = "0.1.0"

  /// The commit that it was built from; `nil` when the build did not say.
  static var commit: String? { build_commit().map { String(cString: $0) } }

  /// Version, commit, what hashes here, and the libraries that are loaded.
  static var description: String {
    let libraries = (0..<library_count()).map { index in
      "\(String(cString: library_name(index))) \(String(cString: library_version(index)))"
    }
    let kernel =
      (try? InstructionSet.choose(InstructionSet.requested))?.rawValue ?? "wrongly asked for"
    return """
      swiftlet \(version)
      commit     \(commit ?? "unknown")
      kernel     \(kernel) of \(InstructionSet.supported.map(\.rawValue).joined(separator: ", "))
      libraries  \(libraries.joined(separator: ", "))
      """
  }

  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "A Lean Ethereum consensus node with a live terminal dashboard.",
    version: description,
    subcommands: [
      BenchCommand.self, ConformanceCommand.self, DebugBundleCommand.self, DevnetCommand.self,
      DoctorCommand.self, GenesisCommand.self, KeysCommand.self, ManualCommand.self,
      NodeCommand.self, ProverCommand.self, ReplayCommand.self, SimulateCommand.self,
      SimulateNetworkCommand.self, WatchCommand.self,
    ]
  )

  /// Runs the command; the version is told before the tree of commands is built, which takes longer than
  /// the answer.
  static func main() async {
    guard CommandLine.arguments.dropFirst() != ["--version"] else { return print(description) }
    await main(nil)
  }

  func validate() throws {
    do {
      _ = try InstructionSet.choose(InstructionSet.requested)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
