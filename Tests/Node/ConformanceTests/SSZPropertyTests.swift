import Foundation
import Hashing
import SSZ
import Testing

@testable import Conformance

/// Feeds random and mutated bytes to every type that the vectors know.
///
/// More cases: `SWIFTLET_PROPERTY_CASES=10000000 swift test --filter SSZPropertyTests`.
struct SSZPropertyTests {
  private struct Content: Decodable {
    let typeName: String
    let serialized: String
  }

  private static let caseCount =
    ProcessInfo.processInfo.environment["SWIFTLET_PROPERTY_CASES"].flatMap(Int.init) ?? 120_000

  @Test func `any bytes decode to the one value that they encode, or are refused`() throws {
    let seeds = try seeds()
    #expect(seeds.count > 150)
    let casesPerSeed = Self.caseCount / seeds.count + 1
    var random = SplitMix64(state: 1)
    var acceptedCount = 0
    for (type, bytes) in seeds {
      for _ in 0..<casesPerSeed {
        let input = random.mutate(bytes)
        do {
          let copy = try type.recode(input)
          #expect(copy.bytes == input)
          acceptedCount += 1
        } catch is SSZError {
          continue
        }
      }
    }
    let isFair = acceptedCount > Self.caseCount / 20 && acceptedCount < Self.caseCount * 19 / 20
    #expect(isFair, "\(acceptedCount) of \(Self.caseCount) accepted: the mutations test little")
  }

  private func seeds() throws -> [(SSZVectorType, [UInt8])] {
    let paths = try #require(FileManager.default.enumerator(atPath: vectors.path))
    return try paths.compactMap { $0 as? String }
      .filter { $0.contains("ssz/") && $0.hasSuffix(".json") }.sorted()
      .compactMap { path in
        let data = try Data(contentsOf: vectors.appending(path: path))
        let vector = try Vector(path: path, data: data, folder: vectors)
        let content = try vector.decode(Content.self)
        guard let type = SSZVectorType(named: content.typeName, vector.environment),
          let bytes = Hexadecimal.decode(content.serialized)
        else { return nil }
        return (type, bytes)
      }
  }
}

/// A small generator whose draws depend on nothing but its seed.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  private mutating func below(_ bound: Int) -> Int {
    Int(next() % UInt64(bound))
  }

  /// Random bytes, or `bytes` with one to three changes that like offsets and ends.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    if below(8) == 0 { return (0..<below(300)).map { _ in UInt8(truncatingIfNeeded: next()) } }
    var mutant = bytes
    for _ in 0...below(3) {
      switch below(6) {
      case 0: mutant.removeLast(Swift.min(mutant.count, below(9)))
      case 1: mutant.append(contentsOf: (0..<below(9)).map { _ in UInt8(below(3)) })
      case 2 where mutant.count > 3:
        // An offset or a length nearby.
        let position = below((mutant.count - 3 + 3) / 4) * 4
        mutant[position] = mutant[position] &+ UInt8(truncatingIfNeeded: below(17) - 8)
      case 3 where !mutant.isEmpty: mutant[below(mutant.count)] = below(2) == 0 ? 0 : 0xFF
      default:
        if !mutant.isEmpty { mutant[below(mutant.count)] ^= 1 << UInt8(below(8)) }
      }
    }
    return mutant
  }
}
