import Testing
import Wire

struct IPAddressTests {
  @Test(arguments: ["192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::ffff:192.0.2.1"])
  func `text goes there and back`(text: String) {
    #expect(IPAddress(text: text)?.description == text)
  }

  @Test(arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.01", "host", "::1%eth0"])
  func `other text is refused`(text: String) {
    #expect(IPAddress(text: text) == nil)
  }

  @Test func `text that goes on after a zero byte is refused`() {
    #expect(IPAddress(text: "1.2.3.4\0x") == nil)
  }

  @Test func `only four and sixteen bytes are an address`() {
    #expect(IPAddress(bytes: [127, 0, 0, 1])?.description == "127.0.0.1")
    #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 16))?.isVersion6 == true)
    #expect(IPAddress(bytes: [1, 2, 3]) == nil)
  }
}
