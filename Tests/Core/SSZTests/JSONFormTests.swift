import Foundation
import Hashing
import SSZ
import Testing

/// leanSpec's JSON form.
struct JSONFormTests {
  private struct Everything: Codable, Equatable {
    var number: UInt64 = .max
    var root = SHA256.hash([1])
    var bytes = Bytes4([0xDE, 0xAD, 0xBE, 0xEF])
    var list: SSZList<UInt16, 4>
    var bits: Bitlist<4>
    var payload: ByteList<4>
  }

  @Test func `values go there and back`() throws {
    let everything = Everything(
      list: try SSZList([1, 2]), bits: try Bitlist(Bits([true, false])),
      payload: try ByteList([1, 2]))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(everything)
    #expect(
      String(decoding: data, as: UTF8.self) == """
        {"bits":{"data":[true,false]},"bytes":"0xdeadbeef","list":{"data":[1,2]},\
        "number":18446744073709551615,"payload":{"data":"0x0102"},\
        "root":"\(everything.root)"}
        """)
    #expect(try JSONDecoder().decode(Everything.self, from: data) == everything)
  }

  @Test func `what is too long, too short or no hexadecimal is refused`() {
    func refuses<Value: Decodable>(_ type: Value.Type, _ text: String) {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(type, from: Data(text.utf8))
      }
    }
    refuses(SSZList<UInt8, 1>.self, #"{"data": [1, 2]}"#)
    refuses(SSZVector<UInt8, 2>.self, #"{"data": [1]}"#)
    refuses(Bitlist<1>.self, #"{"data": [true, true]}"#)
    refuses(Bitvector<2>.self, #"{"data": [true]}"#)
    refuses(ByteList<1>.self, #"{"data": "0x0102"}"#)
    refuses(Bytes4.self, #""0x010203""#)
    refuses(Bytes4.self, #""0x0102030g""#)
    refuses(Bytes32.self, #""0x01""#)
  }
}
