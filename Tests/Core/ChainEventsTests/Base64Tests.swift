import Testing

@testable import ChainEvents

struct Base64Tests {
  @Test func `text and bytes are those of RFC 4648, both ways`() {
    let pairs = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, text) in pairs {
      #expect(Base64.encode(Array(plain.utf8)) == text)
      #expect(Base64.decode(text) == Array(plain.utf8))
    }
    let all = (0...255).map { UInt8($0) }
    #expect(Base64.decode(Base64.encode(all)) == all)
  }

  @Test(arguments: ["Zg=", "Z===", "====", "Zg==Zm9v", "Zm9_", "Zm 9", "é==="])
  func `other text is refused`(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
