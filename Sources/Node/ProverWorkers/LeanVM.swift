internal import CWorkers
private import Foundation

/// leanVM's prover as the field's official bindings bring it, in a Python environment of its own.
///
///     DIR/venv/               the environment; pinned, every byte checked by its hash
///     DIR/leanvm-worker.py    the worker, written anew when this program brings another one
///     DIR/costs.json          what `swiftlet prover check` measured
package struct LeanVM: Hashable, Sendable {
  /// The generation that is installed: proofs of others do not verify.
  package static let generation = "py-lean-pq 0.7.0"

  /// What is missing, and the command that mends it.
  package struct Problem: Error, CustomStringConvertible {
    package let description: String
  }

  /// The folder's name in a data directory.
  package static let folderName = "prover"

  /// The folder.
  package let directory: String

  /// Names an installation below the data directory of a node or a devnet.
  package init(below dataDirectory: String) {
    directory = "\(dataDirectory)/\(Self.folderName)"
  }

  private var environment: String { "\(directory)/venv" }
  private var python: String { "\(environment)/bin/python" }
  private var program: String { "\(directory)/leanvm-worker.py" }
  private var stamp: String { "\(environment)/swiftlet-requirements.txt" }

  /// Where measured costs are kept.
  package var costPath: String { "\(directory)/costs.json" }

  /// Whether the environment is there, complete and of this generation.
  package var isInstalled: Bool {
    FileManager.default.contents(atPath: stamp) == Data(PackageResources.leanvm_requirements_txt)
      && FileManager.default.isExecutableFile(atPath: python)
  }

  /// The workers of a node or of a devnet: one for each lane, of which `limits` holds the proving one.
  ///
  /// - Throws: ``Problem`` when the prover is not installed.
  package func commands(limits: WorkerLimitsOfUse) throws(Problem) -> [WorkerCommand] {
    guard isInstalled else {
      throw Problem(
        description: "leanVM is not installed in \(directory): "
          + "run `swiftlet prover install --data-dir` with the same folder")
    }
    try writeProgram()
    let arguments = [python, "-I", program]
    // The limits are for proofs: a check or a signature that waited for them would cost duties.
    return [
      WorkerCommand(arguments, lane: .verify),
      WorkerCommand(arguments, lane: .prove, limits: limits),
      WorkerCommand(arguments, lane: .sign),
    ]
  }

  /// Makes this process a worker: it never returns.
  ///
  /// - Throws: ``Problem`` when the prover is not installed or the limits are refused.
  package func becomeWorker(limits: WorkerLimitsOfUse) throws(Problem) -> Never {
    let command = try commands(limits: limits)[0]
    let arguments = command.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let failure = arguments.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: UnsafePointer<CChar>?.self) { arguments in
        var bounds = limits.forSystem
        return worker_become(arguments.baseAddress, &bounds)
      }
    }
    throw Problem(
      description: "\(command.arguments[0]) does not start: \(String(cString: strerror(failure)))")
  }

  private func writeProgram() throws(Problem) {
    let bytes = Data(PackageResources.leanvm_worker_py)
    guard FileManager.default.contents(atPath: program) != bytes else { return }
    do {
      try bytes.write(to: URL(filePath: program), options: .atomic)
    } catch {
      throw Problem(description: "\(program) cannot be written: check the folder and its owner")
    }
  }

  /// Makes the environment, unless it is there; every step is told.
  ///
  /// - Parameters:
  ///   - wheels: A folder of wheels to install from, for a machine without a way to the registry.
  ///   - tell: Takes a line for each step and each line of the tools.
  /// - Throws: ``Problem`` with the remedy.
  package func install(
    wheels: String?, tell: @escaping @Sendable (String) -> Void
  ) throws(Problem) {
    guard !isInstalled else { return tell("\(Self.generation) is installed in \(directory)") }
    do {
      try? FileManager.default.removeItem(atPath: environment)
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw Problem(description: "\(directory) cannot be written: check the path and its owner")
    }
    tell("making a Python environment in \(environment)")
    try run(["python3", "-m", "venv", environment], tell) { output in
      output.contains("ensurepip") || output.contains("No module named venv")
        ? "install what Python lacks: apt-get install python3-venv"
        : "install Python 3.11 or later: apt-get install python3 python3-venv"
    }
    let requirements = "\(directory)/requirements.txt"
    let bytes = Data(PackageResources.leanvm_requirements_txt)
    guard FileManager.default.createFile(atPath: requirements, contents: bytes) else {
      throw Problem(description: "\(requirements) cannot be written")
    }
    tell("installing \(Self.generation), each file checked by its hash")
    var pip = [python, "-I", "-m", "pip", "install", "--require-hashes", "--no-deps"]
    pip += ["--only-binary=:all:", "--disable-pip-version-check", "--progress-bar", "off"]
    if let wheels { pip += ["--no-index", "--find-links", wheels] }
    try run(pip + ["-r", requirements], tell) { Self.remedy(output: $0, wheels: wheels) }
    guard FileManager.default.createFile(atPath: stamp, contents: bytes) else {
      throw Problem(description: "\(stamp) cannot be written")
    }
    tell("installed; `swiftlet prover check` measures it")
  }

  /// What to do when pip has failed with its last output.
  static func remedy(output: String, wheels: String?) -> String {
    if output.contains("DO NOT MATCH THE HASHES") {
      return "a file is not what it should be: somebody altered it, or the folder is of another "
        + "version"
    }
    if wheels != nil {
      return "the folder holds no wheel of py-lean-pq 0.7.0 for this system and Python"
    }
    // The last of pip's attempts to connect, or its word that none is left.
    if ["Retry(total=0", "Max retries exceeded"].contains(where: output.contains) {
      return "this machine has no way to the registry: fetch the wheel elsewhere with "
        + "`pip download py-lean-pq==0.7.0` and give its folder with --wheels"
    }
    return "pip says why above; py-lean-pq 0.7.0 needs Python 3.11 or later, glibc or musl, and "
      + "x86-64 with AVX2 or aarch64"
  }

  /// Runs a tool and tells its lines; on failure `remedy` says what to do about its output.
  private func run(
    _ arguments: [String], _ tell: @escaping @Sendable (String) -> Void,
    remedy: (String) -> String
  ) throws(Problem) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    do {
      try process.run()
    } catch {
      throw Problem(description: "\(arguments[0]) does not start: \(remedy(""))")
    }
    var output = ""
    while let data = try? pipe.fileHandleForReading.read(upToCount: 4_096), !data.isEmpty {
      let text = String(decoding: data, as: UTF8.self)
      // The end is what says why it failed.
      output = String((output + text).suffix(16_384))
      for line in text.split(separator: "\n") { tell("  \(line)") }
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Problem(
        description: "\(arguments.prefix(4).joined(separator: " ")) failed: \(remedy(output))")
    }
  }
}
