private import ChainEvents
private import DashboardDemo
internal import Foundation

/// The time that `swiftlet replay --headless` takes for an hour of four nodes.
struct HourReplayed {
  let folder: URL

  func figure() throws -> Figure {
    let path = folder.appending(path: "hour.jsonl")
    var bytes = Data()
    for event in DemoDevnet().events(100...999) {
      bytes.append(contentsOf: event.lineBytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    try bytes.write(to: path)
    let process = Process()
    process.executableURL = DashboardSuite.program.deletingLastPathComponent()
      .appending(path: "swiftlet")
    process.arguments = ["replay", path.path, "--headless", "--size", "120x36"]
    process.standardOutput = FileHandle.nullDevice
    let start = Stopwatch.milliseconds
    try process.run()
    process.waitUntilExit()
    let seconds = (Stopwatch.milliseconds - start) / 1e3
    guard process.terminationStatus == 0 else { throw BenchmarkFailure("replay failed") }
    return Figure("replay of an hour, headless", seconds, "s", goal: 3)
  }
}
