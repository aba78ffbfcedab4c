import Testing

@testable import ForkChoice

struct ChunkedArrayTests {
  private func numbers(_ count: Int) -> ChunkedArray<Int> {
    var list = ChunkedArray<Int>()
    for number in 0..<count { list.append(number) }
    return list
  }

  @Test(arguments: [0, 1, 255, 256, 257, 1000])
  func `elements come back in the order in which they were added`(count: Int) {
    #expect(Array(numbers(count)) == Array(0..<count))
    #expect(numbers(count).last == (count > 0 ? count - 1 : nil))
  }

  @Test func `a copy keeps what the original loses, and the other way round`() {
    var list = numbers(600)
    let copy = list
    list[300] = -1
    list.append(600)
    #expect(Array(copy) == Array(0..<600))
    #expect(list[300] == -1 && list[299] == 299 && list.count == 601)
  }
}
