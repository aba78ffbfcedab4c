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
      if arguments.count >= 4, arguments[1] == "seed" {
        try writeSeeds(
          of: target, from: arguments[3...].map { URL(filePath: $0) },
          to: URL(filePath: arguments[2]))
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

  /// Writes every byte string of the vectors in `folders`, and the target's own seeds.
  private static func writeSeeds(of target: FuzzTarget, from folders: [URL], to corpus: URL) throws
  {
    try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: true)
    var seeds = Set(try target.seeds())
    for folder in folders {
      let files = FileManager.default.enumerator(atPath: folder.path)
      while let path = files?.nextObject() as? String {
        guard path.hasSuffix(".json") else { continue }
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        seeds.formUnion(byteStrings(in: text))
      }
    }
    for (index, seed) in seeds.enumerated() {
      try Data(seed).write(to: corpus.appending(path: "seed-\(index)"))
    }
  }

  /// The bytes of hexadecimal texts, and the characters of records, addresses and peer ids.
  private static func byteStrings(in text: String) -> [[UInt8]] {
    text.matches(of: /"0x([0-9a-f]+)"|"(enr:[^"]+|\/[^"]+|16U[^"]+)"/).compactMap { match in
      if let text = match.2 { return Array(text.utf8) }
      // Larger ones only slow the fuzzer down.
      guard let digits = match.1, digits.count <= 8192 else { return nil }
      return bytes(digits)
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
