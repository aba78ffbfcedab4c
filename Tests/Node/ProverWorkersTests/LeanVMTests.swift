import Foundation
import Hashing
import NodeTestSupport
import ProverTestSupport
import Testing
import XMSS

@testable import ProverWorkers

@Suite(.timeLimit(.minutes(3)))
struct LeanVMTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  // MARK: Installation

  @Test func `only a machine that cannot connect is told that there is no way to the registry`() {
    let lastAttempt = """
      WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after \
      connection broken by 'NewConnectionError': /simple/py-lean-pq/
      ERROR: Could not find a version that satisfies the requirement py-lean-pq==0.7.0
      """
    let download = "ERROR: HTTPSConnectionPool(host='files', port=443): Max retries exceeded"
    for output in [lastAttempt, download] {
      #expect(LeanVM.remedy(output: output, wheels: nil).contains("no way to the registry"))
      #expect(!LeanVM.remedy(output: output, wheels: "w").contains("no way to the registry"))
    }
    for output in [
      "", "ERROR: Could not find a version that satisfies the requirement py-lean-pq==0.7.0",
      // The second attempt went through.
      lastAttempt.replacing("total=0", with: "total=4"),
      "ERROR: [Errno 28] No space left on device", "THESE PACKAGES DO NOT MATCH THE HASHES",
      "THESE PACKAGES DO NOT MATCH THE HASHES " + download,
    ] {
      #expect(!LeanVM.remedy(output: output, wheels: nil).contains("no way to the registry"))
    }
  }

  @Test func `the limits hold the proving worker and no other`() throws {
    let installation = LeanVM(below: scratch.directory.path)
    let environment = "\(installation.directory)/venv"
    try FileManager.default.createDirectory(
      atPath: "\(environment)/bin", withIntermediateDirectories: true)
    try Data(PackageResources.leanvm_requirements_txt).write(
      to: URL(filePath: "\(environment)/swiftlet-requirements.txt"))
    #expect(
      FileManager.default.createFile(
        atPath: "\(environment)/bin/python", contents: nil, attributes: [.posixPermissions: 0o755]))
    let limits = WorkerLimitsOfUse(memoryBytes: 1 << 30, processors: [1], niceness: 3)
    let commands = try installation.commands(limits: limits)
    #expect(commands.map(\.lane) == [.verify, .prove, .sign])
    #expect(commands.map(\.limits) == [WorkerLimitsOfUse(), limits, WorkerLimitsOfUse()])
  }

  // MARK: The worker's program, over bindings of ours

  /// What the program needs of the bindings, in a few lines: a key's public half is its seed, a
  /// signature names the tree that made it, and leaf 9 of a tree is one that cannot be prepared.
  private static let bindings = """
    import sys, types
    class LeanPqError(Exception): pass
    made = []
    class Key:
        def __init__(self, seed, tree=None):
            self.public_key, self.tree = seed, tree
        @staticmethod
        def from_seed(seed): return Key(seed)
        @staticmethod
        def from_bytes(data): return Key(data)
        def to_bytes(self): return self.public_key
        def prepare(self, leaf):
            if leaf % 65536 == 9: raise LeanPqError("no such leaf")
            if leaf % 65536 == 10: raise RuntimeError("\\u00e9" * 600)
            made.append(leaf >> 16)
            self.tree = leaf >> 16
        def sign(self, message, leaf):
            if self.tree != leaf >> 16: raise LeanPqError("another tree")
            return bytes(made)
    bindings = types.ModuleType("py_lean_pq")
    bindings.__version__ = "0.7.0"
    bindings.LeanPqError, bindings.XmssSecretKey = LeanPqError, Key
    bindings.setup = lambda: None
    def check(key, message, signature):
        if message[0] != 0: raise LeanPqError("not valid")
    bindings.xmss_verify = check
    sys.modules["py_lean_pq"] = bindings
    exec(compile(open(sys.argv[1]).read(), "leanvm-worker.py", "exec"))
    """

  private let seed = [UInt8](repeating: 8, count: 32)

  /// Asks the program for one thing after the other, in one life, and says what it answered.
  private func answers(_ requests: [WorkerRequest]) async throws -> [WorkerAnswer] {
    let program = scratch.path("worker.py")
    try Data(PackageResources.leanvm_worker_py).write(to: URL(filePath: program))
    let pool = WorkerPool(
      [WorkerCommand(["python3", "-I", "-S", "-c", Self.bindings, program], lane: .sign)],
      publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    defer { pool.stop() }
    return try await onThread { () -> Result<[WorkerAnswer], WorkerJobFailure> in
      Result { () throws(WorkerJobFailure) in
        var answers: [WorkerAnswer] = []
        for request in requests {
          do throws(WorkerJobFailure) {
            answers.append(try pool.run(request, on: .sign, priority: 0, seconds: 60))
          } catch {
            guard case .refused(let failure) = error else { throw error }
            answers.append(.failure(failure))
          }
        }
        return answers
      }
    }.get()
  }

  private func sign(_ tree: UInt32) -> WorkerRequest {
    .sign(key: seed, leaf: tree << 16, message: .zero)
  }

  @Test func `a clock that goes ahead and comes back costs trees and never the worker`()
    async throws
  {
    let answers = try await answers(
      [.openKey(seed: seed)] + [0, 3, 4, 0, 4, 3, 0].map(sign))
    // What is far from the tree that is wanted goes, and that is made anew when it is wanted again.
    let made: [[UInt8]] = [
      [0], [0, 3], [0, 3, 4], [0, 3, 4, 0], [0, 3, 4, 0, 4], [0, 3, 4, 0, 4], [0, 3, 4, 0, 4, 0],
    ]
    #expect(answers == [.key(seed)] + made.map { .signature($0) })
  }

  @Test func `a tree that cannot be made costs nothing that was there`() async throws {
    let bad = WorkerRequest.prepareKey(key: seed, leaf: 9)
    let answers = try await answers([.openKey(seed: seed), bad, bad, sign(0), sign(1)])
    let refusal = WorkerAnswer.failure(WorkerFailure(.invalid, "no such leaf"))
    #expect(
      answers == [.key(seed), refusal, refusal, .signature([0]), .signature([0, 1])])
  }

  @Test func `a fault of the program is its own, is told in words that fit, and costs no key`()
    async throws
  {
    let answers = try await answers([
      .openKey(seed: seed), .prepareKey(key: seed, leaf: 10), sign(0),
    ])
    // Two bytes a character: 1,024 hold the name, and half of the rest.
    let words = "RuntimeError: " + String(repeating: "\u{e9}", count: 505)
    #expect(
      answers == [.key(seed), .failure(WorkerFailure(.broken, words)), .signature([0])])
  }

  @Test func `a key that was not opened in this life is refused in the words that are looked for`()
    async throws
  {
    let refusal = WorkerAnswer.failure(WorkerFailure(.invalid, WorkerKey.notOpen))
    #expect(try await answers([sign(0)]) == [refusal])
  }
}
