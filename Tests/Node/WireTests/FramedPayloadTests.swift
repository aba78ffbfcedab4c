import Hashing
import Testing
import Wire

struct FramedPayloadTests {
  @Test func `a payload of the specification is made byte by byte`() {
    let expected = Hexadecimal.decode("04ff060000734e6150705901080000393d6bbc01020304")
    #expect(FramedPayload.encode([1, 2, 3, 4]) == expected)
    #expect(FramedPayload.encode([]) == [0] + SnappyFrames.streamIdentifier)
  }

  @Test(arguments: [1, 2, 3, 7, 1000, 70_000])
  func `a payload is read in whatever pieces it arrives, and what follows is left`(
    piece: Int
  ) throws {
    for count in [0, 1, 4, 130, 150_000] {
      let payload = SnappyTests.blockLike(count)
      let stream = FramedPayload.encode(payload) + [1, 2, 3]
      var reader = FramedPayloadReader()
      var unread = stream[...]
      var found: [UInt8]?
      while found == nil, !unread.isEmpty {
        var delivered = unread.prefix(piece)
        let before = delivered.count
        found = try reader.receive(&delivered)
        unread = unread.dropFirst(before - delivered.count)
      }
      #expect(found == payload)
      #expect(unread == [1, 2, 3])
    }
  }

  @Test func `a prefix above the limit is refused at once`() {
    let prefix = UnsignedVarint.encode(Snappy.maximumDecodedBytes + 1)
    var reader = FramedPayloadReader()
    var bytes = prefix[...]
    #expect(
      throws: WireError.tooLarge(
        bytes: UInt64(Snappy.maximumDecodedBytes + 1), limit: Snappy.maximumDecodedBytes)
    ) { try reader.receive(&bytes) }
  }

  @Test func `frames that decode to more or less than the prefix are refused`() {
    let frames = SnappyFrames.compress([1, 2, 3, 4])
    #expect(throws: WireError.self) { try FramedPayload.decode(([3] + frames)[...]) }
    #expect(throws: WireError.truncated) { try FramedPayload.decode(([5] + frames)[...]) }
    #expect(throws: WireError.surplus(bytes: 1)) {
      try FramedPayload.decode(([4] + frames + [0])[...])
    }
  }

  @Test func `filler that never ends is refused`() throws {
    var reader = FramedPayloadReader()
    var start = ([80] + SnappyFrames.streamIdentifier)[...]
    #expect(try reader.receive(&start) == nil)
    let filler: [UInt8] = [0x80, 250, 0, 0] + [UInt8](repeating: 0, count: 250)
    #expect(throws: WireError.self) {
      for _ in 0..<5 {
        var bytes = filler[...]
        _ = try reader.receive(&bytes)
      }
    }
  }

  @Test func `ten mebibytes of zeros are taken, one byte more is not`() throws {
    let most = [UInt8](repeating: 0, count: Snappy.maximumDecodedBytes)
    #expect(try FramedPayload.decode(FramedPayload.encode(most)[...]) == most)
  }
}
