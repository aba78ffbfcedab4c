import Testing
import Wire

struct ProtobufTests {
  private func fields(_ bytes: [UInt8]) throws -> [(UInt64, ProtobufReader.Value)] {
    var reader = ProtobufReader(bytes[...])
    var fields: [(UInt64, ProtobufReader.Value)] = []
    while let field = try reader.next() { fields.append((field.number, field.value)) }
    return fields
  }

  @Test func `fields go there and back, nested messages too`() throws {
    var writer = ProtobufWriter()
    writer.append(1, varint: 300)
    writer.append(2, bytes: "ab".utf8)
    writer.append(16) { $0.append(1, varint: 1) }
    #expect(writer.bytes == [8, 0xAC, 2, 0x12, 2, 0x61, 0x62, 0x82, 1, 2, 8, 1])
    let read = try fields(writer.bytes)
    #expect(read.map(\.0) == [1, 2, 16])
    #expect(read.map(\.1) == [.varint(300), .bytes([0x61, 0x62]), .bytes([8, 1])])
  }

  @Test func `fields of fixed size are passed over whole`() throws {
    let read = try fields([0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 8, 1])
    #expect(read.map(\.0) == [1, 2, 1])
    #expect(read[0].1 == .fixed([1, 2, 3, 4, 5, 6, 7, 8]))
  }

  @Test(
    arguments: [
      ([0x0A, 0x64], WireError.truncated), ([0x0E], .wrongField(tag: 0x0E)),
      ([0x0B], .wrongField(tag: 0x0B)), ([0x0C], .wrongField(tag: 0x0C)),
      ([0x00, 1], .wrongField(tag: 0)), ([0x08], .truncated), ([0x0D, 1, 2, 3], .truncated),
      ([0x09, 1], .truncated), ([0x80], .truncated),
      ([0x0A] + UnsignedVarint.encode(UInt64.max), .tooLarge(bytes: .max, limit: .max)),
      (UnsignedVarint.encode(UInt64.max), .wrongField(tag: .max)),
    ] as [([UInt8], WireError)])
  func `a malformed message is refused with its reason`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try fields(bytes) }
  }

  @Test func `text must be UTF-8`() throws {
    #expect(try ([0xC3, 0xA9] as [UInt8])[...].text() == "é")
    #expect(throws: WireError.wrongText) { try ([0xC3] as [UInt8])[...].text() }
  }
}
