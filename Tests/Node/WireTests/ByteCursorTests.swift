import Testing
import Wire

struct ByteCursorTests {
  @Test func `a prefix above the limit is refused before its bytes are there`() {
    var cursor = ByteCursor(UnsignedVarint.encode(UInt64.max)[...])
    #expect(throws: WireError.tooLarge(bytes: .max, limit: 16)) {
      try cursor.lengthPrefixed(limit: 16)
    }
  }

  @Test func `reading past the end is truncated, and left bytes are surplus`() throws {
    var cursor = ByteCursor([2, 7, 8, 9])
    #expect(try cursor.lengthPrefixed() == [7, 8])
    #expect(throws: WireError.surplus(bytes: 1)) { try cursor.finish() }
    #expect(throws: WireError.truncated) { try cursor.bytes(2) }
    #expect(try cursor.byte() == 9)
    #expect(throws: WireError.truncated) { try cursor.byte() }
  }
}
