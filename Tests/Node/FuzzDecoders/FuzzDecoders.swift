import Foundation

/// LLVM's fuzzer: calls `body` with ever new inputs until its time is over or one stops the
/// process.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The environment's choice: LLVM's fuzzer has the whole command line.
private let chosen = ProcessInfo.processInfo.environment["FUZZ_TARGET"].flatMap { name in
  FuzzTarget.all.first { $0.name == name }
}

/// Fuzzes one decoder, or lists them, or writes seeds: `make fuzz` calls it.
@main
enum FuzzDecoders {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.dropFirst().first == "list" {
      print(FuzzTarget.all.map { $0.name }.joined(separator: "\n"))
    } else if let target = chosen {
      if arguments.count == 4, arguments[1] == "seed" {
        try writeSeeds(
          of: target, from: URL(filePath: arguments[2]), to: URL(filePath: arguments[3]))
      } else {
        fuzz()
      }
    } else {
      print("FUZZ_TARGET names no target; `list` lists them")
      exit(64)
    }
  }

  private static func fuzz() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runFuzzer(&count, &arguments) { bytes, count in
        chosen?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }

  /// Writes every byte string of the vectors below `vectors`, and the target's own seeds.
  private static func writeSeeds(of target: FuzzTarget, from vectors: URL, to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var seeds = Set(try target.seeds())
    let files = FileManager.default.enumerator(atPath: vectors.path)
    while let path = files?.nextObject() as? String {
      guard path.hasSuffix(".json") else { continue }
      let text = try String(contentsOf: vectors.appending(path: path), encoding: .utf8)
      for match in text.matches(of: /"0x([0-9a-f]+)"|"(enr:[^"]+|\/[^"]+|16U[^"]+)"/) {
        if let digits = match.1 {
          // Larger ones only slow the fuzzer down.
          guard digits.count <= 8192 else { continue }
          seeds.insert(bytes(digits))
        } else if let text = match.2 {
          seeds.insert(Array(text.utf8))
        }
      }
    }
    for (index, seed) in seeds.enumerated() {
      try Data(seed).write(to: folder.appending(path: "seed-\(index)"))
    }
  }

  private static func bytes(_ digits: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = digits
    while rest.count >= 2 {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
