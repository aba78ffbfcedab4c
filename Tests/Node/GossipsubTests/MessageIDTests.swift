import Hashing
import Testing
import Wire

@testable import Gossipsub

struct MessageIDTests {
  @Test func `the ids are those of the specification and of zeam`() {
    let hello = Array("hello".utf8)
    #expect(
      ids(hello).all.map(\.description) == [
        "0x6a098f4e9f4a8c64934867821ecf418febd69d72",
        "0x688d2075ed680e817a5607c677cd304308d5e1a7",
      ])
    let broken = MessageID(topic: block.utf8, data: [0xFF, 0xFF], domain: .undecodable)
    #expect(broken.description == "0x958893abf7ad96dde3e272f6c8cba6b4539050f4")
    let zeam = MessageID(topic: "t".utf8, compressed: Array("d".utf8))
    #expect(zeam.description == "0x14f8d45b50520f22da216c0ed45a851e38f5edc8")
  }

  @Test func `only twenty bytes are an id`() throws {
    #expect(MessageID([UInt8](repeating: 1, count: 19)[...]) == nil)
    #expect(MessageID([UInt8](repeating: 1, count: 21)[...]) == nil)
    let bytes = (0..<20).map { UInt8($0) }
    #expect(try #require(MessageID(bytes[...])).bytes == bytes)
  }
}
