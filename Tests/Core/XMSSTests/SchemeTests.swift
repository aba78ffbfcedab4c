import Testing
import XMSS

struct SchemeTests {
  @Test func `the schemes have the sizes that the network agrees on`() {
    #expect(Scheme.all.map(\.signatureByteCount) == [2_536, 2_152, 424, 2_404])
    #expect(Scheme.all.map(\.lifetime) == [1 << 32, 1 << 20, 1 << 8, 1 << 32])
    #expect(Scheme.all.map(\.publicKeyByteCount) == [52, 52, 52, 32])
    #expect(Scheme.all.map(\.slotsPerBottomTree) == [65_536, 1_024, 16, 65_536])
  }

  @Test func `a scheme is found by its name and by no other`() {
    #expect(Scheme.all.map { Scheme(named: $0.name) } == Scheme.all)
    #expect(Scheme(named: "Production") == nil)
  }
}
