import Testing

@testable import QUIC

struct HandshakeAdmissionTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func `beyond 16 unproved handshakes strangers are asked for proof`() {
    var admission = HandshakeAdmission(.init())
    for port in 0..<16 {
      let address = NetworkAddress.loopback(port: UInt16(port))
      #expect(admission.decide(from: address, isProved: false, at: 0) == .begin)
    }
    for number in 0..<10_000 {
      let address = NetworkAddress(host: .ipv4(UInt32(number)), port: 1)
      #expect(admission.decide(from: address, isProved: false, at: 0) == .askForProof)
    }
    #expect(admission.underWay == 16)
    #expect(admission.rememberedAddresses == 0)
  }

  @Test func `one address may begin 32 handshakes at once and 8 in each later second`() {
    var admission = HandshakeAdmission(.init())
    let address = NetworkAddress.loopback(port: 1)
    func begun(at now: UInt64) -> Int {
      (0..<100).filter { _ in
        let isBegun = admission.decide(from: address, isProved: true, at: now) == .begin
        if isBegun { admission.end(from: address, wasProved: true, isCompleted: true, at: now) }
        return isBegun
      }.count
    }
    #expect(begun(at: 0) == 32)
    #expect(begun(at: Self.second) == 8)
    #expect(begun(at: Self.second * 60) == 32)
    // Another one is not held back by it.
    let other = NetworkAddress(host: .ipv4(7), port: 1)
    #expect(admission.decide(from: other, isProved: true, at: Self.second * 60) == .begin)
  }

  @Test func `a liar cannot spend the allowance of another address`() {
    var admission = HandshakeAdmission(.init())
    let victim = NetworkAddress(host: .ipv4(9), port: 1)
    for _ in 0..<1_000 where admission.decide(from: victim, isProved: false, at: 0) == .begin {
      admission.end(from: victim, wasProved: false, isCompleted: false, at: 0)
    }
    #expect(admission.decide(from: victim, isProved: true, at: 0) == .begin)
    #expect(admission.rememberedAddresses == 1)
  }

  @Test func `all addresses together begin 128 handshakes, 1,024 are remembered`() {
    var admission = HandshakeAdmission(.init())
    var begun = 0
    for number in 0..<5_000 {
      let address = NetworkAddress(host: .ipv6(high: UInt64(number), low: 0), port: 1)
      let now = UInt64(number) * Self.second / 1_000
      guard admission.decide(from: address, isProved: true, at: now) == .begin else { continue }
      begun += 1
      admission.end(from: address, wasProved: true, isCompleted: true, at: now)
    }
    #expect(begun <= 128 + 5 * 64)
    #expect(admission.rememberedAddresses <= 1_024)
    for number in 0..<2_000 {
      let address = NetworkAddress(host: .ipv4(UInt32(number)), port: 1)
      let now = UInt64(10 + number) * Self.second
      if admission.decide(from: address, isProved: true, at: now) == .begin {
        admission.end(from: address, wasProved: true, isCompleted: true, at: now)
      }
    }
    #expect(admission.rememberedAddresses == 1_024)
  }

  @Test func `at most 64 proved handshakes are under way`() {
    var admission = HandshakeAdmission(.init())
    let begun = (0..<200).filter { number in
      let address = NetworkAddress(host: .ipv4(UInt32(number)), port: 1)
      return admission.decide(from: address, isProved: true, at: 0) == .begin
    }
    #expect(begun.count == 64)
  }
}
