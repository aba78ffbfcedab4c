import SSZ
import Testing

struct BitsRangesTests {
  private func pattern(_ count: Int) -> [Bool] {
    (0..<count).map { ($0 * $0 + $0 / 7) % 3 == 0 }
  }

  @Test func `a range of bits is the same range of the Booleans`() {
    let bits = pattern(200)
    for start in [0, 1, 63, 64, 65, 128, 199, 200] {
      for end in [start, start + 1, start + 63, start + 64, start + 65, 200]
      where end >= start && end <= 200 {
        #expect(Bits(bits).extracting(start..<end) == Bits(bits[start..<end]), "\(start)..<\(end)")
      }
    }
  }

  @Test func `joined runs are the joined Booleans`() {
    let runs = [0, 1, 5, 64, 3, 130, 0, 61, 64].map(pattern)
    #expect(Bits(joining: runs.map { Bits($0) }) == Bits(runs.flatMap { $0 }))
  }

  @Test func `the last set bit is found across words`() {
    #expect(Bits(count: 300).lastSetIndex == nil)
    for index in [0, 63, 64, 299] {
      var bits = Bits(count: 300)
      bits[0] = true
      bits[index] = true
      #expect(bits.lastSetIndex == index)
    }
  }
}
