import Testing

@testable import Libp2p

struct MultistreamTests {
  @Test func `both sides agree, however the bytes are cut`() throws {
    var dialer = MultistreamDialer(proposals: ["/a", "/b"])
    var listener = MultistreamListener { $0 == "/b" }
    var toListener = dialer.opening
    var toDialer: [UInt8] = []
    var agreed: [String] = []
    while !toListener.isEmpty || !toDialer.isEmpty {
      if !toListener.isEmpty {
        let step = try listener.receive([toListener.removeFirst()])
        toDialer += step.answer
        agreed += step.agreed.map { [$0] } ?? []
      }
      if !toDialer.isEmpty {
        let step = try dialer.receive([toDialer.removeFirst()])
        toListener += step.answer
        agreed += step.agreed.map { [$0] } ?? []
      }
    }
    #expect(agreed == ["/b", "/b"])
  }

  @Test func `what follows the agreement is kept`() throws {
    var listener = MultistreamListener { _ in true }
    let step = try listener.receive(MultistreamDialer(proposals: ["/a"]).opening + [1, 2, 3])
    #expect(step.agreed == "/a")
    #expect(step.rest == [1, 2, 3])
  }

  @Test func `the words on the wire are those of the specification`() {
    #expect(Multistream.encode("na") == [3, 0x6E, 0x61, 0x0A])
    #expect(Multistream.encode("/multistream/1.0.0").first == 19)
  }

  @Test func `wrong words are refused by name`() {
    var dialer = MultistreamDialer(proposals: ["/a"])
    #expect(throws: MultistreamError.wrongHeader) {
      try dialer.receive(Multistream.encode("/multistream/2"))
    }
    dialer = MultistreamDialer(proposals: ["/a"])
    let header = Multistream.encode(Multistream.header)
    #expect(throws: MultistreamError.wrongAnswer) {
      try dialer.receive(header + Multistream.encode("/b"))
    }
    dialer = MultistreamDialer(proposals: ["/a"])
    #expect(throws: MultistreamError.refused) {
      try dialer.receive(header + Multistream.encode("na"))
    }
    var listener = MultistreamListener { _ in false }
    #expect(throws: MultistreamError.malformed) { try listener.receive([2, 0x41, 0x41]) }
    listener = MultistreamListener { _ in false }
    #expect(throws: MultistreamError.malformed) { try listener.receive([0x81, 0x08]) }
    listener = MultistreamListener { _ in false }
    #expect(throws: MultistreamError.tooManyProposals) {
      try listener.receive(header + (0..<10).flatMap { Multistream.encode("/\($0)") })
    }
  }
}
