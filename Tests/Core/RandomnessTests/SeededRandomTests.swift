import Randomness
import Testing

struct SeededRandomTests {
  @Test func `the sequence is SplitMix64's`() {
    var random = SeededRandom(seed: 1_234_567)
    let drawn = (0..<5).map { _ in random.next() }
    #expect(
      drawn == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func `the streams of one seed differ, and repeat`() {
    let first = SeededRandom.Stream.allCases.map { stream in
      var random = SeededRandom(seed: 7, stream: stream)
      return random.next()
    }
    let second = SeededRandom.Stream.allCases.map { stream in
      var random = SeededRandom(seed: 7, stream: stream)
      return random.next()
    }
    #expect(Set(first).count == first.count)
    #expect(first == second)
  }

  @Test func `draws stay in their bounds and reach both ends`() {
    var random = SeededRandom(seed: 1)
    let drawn = (0..<10_000).map { _ in random.within(-3...4) }
    #expect(Set(drawn) == Set(-3...4))
  }

  @Test func `a certain answer draws nothing`() {
    var random = SeededRandom(seed: 1)
    let before = random
    let answers = [random.chance(perMille: 1000), random.chance(perMille: 0)]
    #expect(answers == [true, false])
    #expect(random == before)
  }

  @Test func `a shuffle keeps every element`() {
    var random = SeededRandom(seed: 3)
    var items = Array(0..<20)
    random.shuffle(&items)
    #expect(items != Array(0..<20))
    #expect(items.sorted() == Array(0..<20))
  }
}
