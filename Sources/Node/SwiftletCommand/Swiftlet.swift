internal import ArgumentParser
private import Hashing

/// The `swiftlet` command: every capability of the node is one of its subcommands.
@main
struct Swiftlet: AsyncParsableCommand {
  /// The version of this program.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "A Lean Ethereum consensus node with a live terminal dashboard.",
    version: version,
    subcommands: [
      BenchCommand.self, ConformanceCommand.self, DevnetCommand.self, GenesisCommand.self,
      KeysCommand.self, NodeCommand.self, ProverCommand.self, ReplayCommand.self,
      SimulateCommand.self, SimulateNetworkCommand.self, WatchCommand.self,
    ]
  )

  func validate() throws {
    do {
      _ = try InstructionSet.choose(InstructionSet.requested)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
