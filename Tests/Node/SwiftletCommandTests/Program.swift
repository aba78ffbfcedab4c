import Foundation

/// What the program printed and how it ended.
struct Outcome: Equatable {
  var output = ""
  var errors = ""
  var status: Int32 = 0
}

func swiftlet(_ arguments: String...) throws -> Outcome {
  try swiftlet(arguments)
}

/// Runs the program; its output goes to a file where one is named.
func swiftlet(
  _ arguments: [String], environment: [String: String] = [:], output path: String? = nil
) throws -> Outcome {
  try run(swiftletProgram(), arguments, environment: environment, output: path)
}

/// Runs a program with some more variables.
func run(
  _ program: URL, _ arguments: [String], environment: [String: String], output path: String? = nil
) throws -> Outcome {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let output = Pipe()
  let errors = Pipe()
  process.standardOutput = output
  if let path {
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
    try output.fileHandleForWriting.close()
  }
  process.standardError = errors
  try process.run()
  let outputData = try output.fileHandleForReading.readToEnd() ?? Data()
  let errorData = try errors.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return Outcome(
    output: String(decoding: outputData, as: UTF8.self),
    errors: String(decoding: errorData, as: UTF8.self), status: process.terminationStatus)
}

/// The program that was built beside the test bundle.
func swiftletProgram() throws -> URL {
  let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  let candidates = [bundle, URL(filePath: CommandLine.arguments[0])]
    .map { $0.deletingLastPathComponent().appending(path: "swiftlet") }
  let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
  guard let found else { throw CocoaError(.fileNoSuchFile) }
  return found
}
