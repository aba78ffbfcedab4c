import Foundation
import Testing

@testable import Doctor

struct SecretFilterTests {
  private let secret = (0..<32).map { UInt8($0 + 100) }
  private let mark = String(decoding: SecretFilter.replacement, as: UTF8.self)

  @Test func `a secret goes wherever it stands, also at the ends and twice in a row`() {
    var filter = SecretFilter()
    filter.add(secret)
    let raw = Data(secret)
    #expect(filter.clean(raw + raw) == SecretFilter.replacement + SecretFilter.replacement)
    #expect(filter.clean(Data("a".utf8) + raw + Data("b".utf8)) == Data("a\(mark)b".utf8))
    #expect(filter.clean(raw.dropLast()) == raw.dropLast(), "a part of a secret is none")
  }

  @Test func `digits are found in every case`() {
    var filter = SecretFilter()
    filter.add(secret)
    let digits = secret.map { String($0, radix: 16) }.joined()
    let mixed = digits.prefix(10).uppercased() + digits.dropFirst(10)
    for text in [digits, digits.uppercased(), mixed] {
      #expect(filter.clean(Data("x=0x\(text);".utf8)) == Data("x=0x\(mark);".utf8))
    }
  }

  @Test(arguments: ["privkey: \"", "node-key: 0x", "--node-key ", "token=", "private_key_path: "])
  func `what settings call a key is learned`(name: String) {
    let digits = secret.map { String($0, radix: 16) }.joined()
    var filter = SecretFilter()
    filter.addNamed(in: "a: 1\n\(name)\(digits)\nb: 2")
    #expect(filter.clean(Data(digits.utf8)) == SecretFilter.replacement)
    #expect(filter.clean(Data(secret)) == SecretFilter.replacement)
  }

  @Test func `short or empty bytes are no secrets`() {
    var filter = SecretFilter()
    filter.add(Array("short".utf8))
    filter.add([UInt8](repeating: 0, count: 32))
    #expect(filter.count == 0)
    #expect(filter.clean(Data("short".utf8)) == Data("short".utf8))
  }
}
