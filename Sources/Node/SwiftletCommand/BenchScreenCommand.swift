internal import ArgumentParser
private import DashboardBenchmark

/// The screen that `swiftlet bench dashboard` measures from outside.
struct BenchScreenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: DashboardSuite.probeCommand, abstract: "The screen that bench measures.",
    shouldDisplay: false)

  @Argument(help: "Where the times of the marks are written.")
  var times: String

  func run() async throws {
    try await ScreenProbe.run(timesFile: times)
  }
}
