private import Aggregation
internal import ArgumentParser
private import Foundation
internal import ProverWorkers

/// Installs and checks the prover that runs in processes of its own.
struct ProverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prover",
    abstract: "Install, measure or serve the prover that runs in processes of its own.",
    subcommands: [
      ProverInstallCommand.self, ProverCheckCommand.self, ProverServeCommand.self,
    ])
}

/// Makes the Python environment of leanVM's bindings.
struct ProverInstallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Install leanVM's prover below the data directory, every file checked by its hash.")

  @Option(help: ArgumentHelp("The data directory of the node or devnet.", valueName: "folder"))
  var dataDir = "data/devnet"

  @Option(
    help: ArgumentHelp(
      "Install from the wheels in this folder, without a network.", valueName: "folder"))
  var wheels: String?

  func run() async throws {
    let installation = LeanVM(below: dataDir)
    try await onThread { [wheels] in
      try installation.install(wheels: wheels) { print($0) }
    }
  }
}

/// Tests and measures the installed prover.
struct ProverCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Test the installed prover, and measure what the engine plans with.",
    discussion: """
      Makes keys from random seeds, signs, proves, verifies, and prints what each took. The figures are \
      kept beside the prover, and a devnet starts from them. Takes a minute or two.
      """)

  @Option(help: ArgumentHelp("The data directory of the node or devnet.", valueName: "folder"))
  var dataDir = "data/devnet"

  @OptionGroup(title: "Limits")
  var limits: ProverLimitOptions

  func run() async throws {
    let installation = LeanVM(below: dataDir)
    let commands = try installation.commands(limits: limits.limits())
    try await onThread {
      let check = try ProverCheck(commands) { print($0) }
      let figures = try check.run { print($0) }
      try figures.write(to: installation.costPath)
      print("kept in \(installation.costPath): a devnet plans with these figures from its start")
    }
  }
}

/// Serves another machine's node as a worker.
struct ProverServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Prove for a node that speaks to this process over standard input and output.",
    discussion: """
      What a node starts with --prover-command, as over ssh. It holds no key. Install the prover first, on \
      the machine that proves, or give a shared library that has the pq_* interface of libleanvm_xmss_c.
      """)

  @Option(help: ArgumentHelp("Where the prover is installed on this machine.", valueName: "folder"))
  var dataDir = "data/devnet"

  @Option(
    help: ArgumentHelp("Prove with this shared library instead.", valueName: "file"))
  var library: String?

  @OptionGroup(title: "Limits")
  var limits: ProverLimitOptions

  func run() throws {
    if let library { return try LibraryWorker.run(library: library, limits: limits.limits()) }
    try LeanVM(below: dataDir).becomeWorker(limits: limits.limits())
  }
}

/// What workers may use of the machine.
struct ProverLimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Address space of the proving worker, in megabytes; a merge of 4 proofs needs 2,600.",
      valueName: "MB"))
  var proverMemory: UInt64?

  @Option(
    help: ArgumentHelp(
      "Processors that the proving worker may run on, as in 0,1 or 2-5.", valueName: "list"))
  var proverProcessors: String?

  @Option(
    help: ArgumentHelp("Added to the niceness of the proving worker, 0 to 19.", valueName: "number")
  )
  var proverNiceness = 0

  func validate() throws { _ = try limits() }

  func limits() throws -> WorkerLimitsOfUse {
    guard (0...19).contains(proverNiceness) else {
      throw ValidationError("--prover-niceness is \(proverNiceness); take 0 to 19")
    }
    if let proverMemory, proverMemory < 256 || proverMemory > 1 << 20 {
      throw ValidationError("--prover-memory is \(proverMemory); take 256 to 1048576 megabytes")
    }
    return WorkerLimitsOfUse(
      memoryBytes: proverMemory.map { $0 << 20 }, processors: try processors(),
      niceness: proverNiceness)
  }

  private func processors() throws -> Set<Int>? {
    guard let proverProcessors else { return nil }
    var found: Set<Int> = []
    for part in proverProcessors.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first <= last, (0..<64).contains(first), last < 64
      else {
        throw ValidationError(
          "--prover-processors '\(proverProcessors)' is no list such as 0,1 or 2-5, each below 64")
      }
      found.formUnion(first...last)
    }
    return found
  }
}
