import Hashing
import SSZ
import Testing
import XMSS

@testable import SigningLedger

/// A root that is told apart by one byte.
func root(_ byte: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = byte }
}

/// A public key that is told apart by one byte.
func publicKey(_ byte: UInt8) -> PublicKey {
  guard let bytes = Bytes52([UInt8](repeating: byte, count: 52)) else {
    preconditionFailure("52 bytes are 52 bytes")
  }
  return PublicKey(bytes)
}

struct KeyHistoryTests {
  @Test func `a slot is claimed once, and the same root again and again`() throws {
    var history = KeyHistory()
    #expect(try history.claim(slot: 5, root: root(1)) == .new)
    #expect(try history.claim(slot: 5, root: root(1)) == .again)
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try history.claim(slot: 5, root: root(2))
    }
    #expect(history.roots == [5: root(1)])
  }

  @Test func `slots may be claimed in any order above the floor`() throws {
    var history = KeyHistory()
    history.raiseFloor(to: 4)
    #expect(try history.claim(slot: 9, root: root(1)) == .new)
    #expect(try history.claim(slot: 5, root: root(1)) == .new)
    #expect(throws: ClaimRefusal.notAboveFloor(4)) { try history.claim(slot: 4, root: root(1)) }
  }

  @Test func `slot 0 and the last slot are slots like any other`() throws {
    var history = KeyHistory()
    #expect(try history.claim(slot: 0, root: root(1)) == .new)
    #expect(try history.claim(slot: KeyHistory.lastSlot, root: root(1)) == .new)
    #expect(throws: ClaimRefusal.notAboveFloor(KeyHistory.lastSlot - KeyHistory.retainedSlots)) {
      try history.claim(slot: 0, root: root(2))
    }
    #expect(throws: ClaimRefusal.beyondLastLeaf) {
      try history.claim(slot: KeyHistory.lastSlot + 1, root: root(1))
    }
  }

  @Test func `a remembered root may be asked for below the floor`() throws {
    var history = KeyHistory()
    _ = try history.claim(slot: 5, root: root(1))
    history.raiseFloor(to: 5)
    #expect(try history.claim(slot: 5, root: root(1)) == .again)
  }

  @Test func `a floor never falls`() {
    var history = KeyHistory()
    history.raiseFloor(to: 7)
    history.raiseFloor(to: 3)
    #expect(history.floor == 7)
    #expect(history.highWaterSlot == 7)
  }

  @Test func `what is forgotten lies below the floor`() throws {
    var history = KeyHistory()
    for slot in 0..<UInt64(1_000) {
      _ = try history.claim(slot: slot, root: root(1))
    }
    #expect(history.floor == 999 - KeyHistory.retainedSlots)
    #expect(history.roots.count == Int(KeyHistory.retainedSlots))
    #expect(history.roots.keys.min() == 1_000 - KeyHistory.retainedSlots)
  }

  @Test func `a leap ahead by a wrong clock closes the slots before it`() throws {
    var history = KeyHistory()
    _ = try history.claim(slot: 10, root: root(1))
    _ = try history.claim(slot: 1_000_000, root: root(1))
    #expect(throws: ClaimRefusal.notAboveFloor(1_000_000 - KeyHistory.retainedSlots)) {
      try history.claim(slot: 11, root: root(2))
    }
  }

  @Test func `a retired key gets nothing, not even a repetition`() throws {
    var history = KeyHistory()
    _ = try history.claim(slot: 5, root: root(1))
    history.isRetired = true
    #expect(throws: ClaimRefusal.retired) { try history.claim(slot: 5, root: root(1)) }
    #expect(throws: ClaimRefusal.retired) { try history.claim(slot: 6, root: root(1)) }
  }

  @Test func `merging takes the higher floor and both memories`() throws {
    var ours = KeyHistory()
    _ = try ours.claim(slot: 5, root: root(1))
    var theirs = KeyHistory()
    theirs.raiseFloor(to: 3)
    _ = try theirs.claim(slot: 6, root: root(2))
    ours.merge(theirs)
    #expect(ours.floor == 3)
    #expect(ours.roots == [5: root(1), 6: root(2)])
  }

  @Test func `merging two roots for one slot closes the slot and keeps the first`() throws {
    var ours = KeyHistory()
    _ = try ours.claim(slot: 5, root: root(1))
    var theirs = KeyHistory()
    _ = try theirs.claim(slot: 5, root: root(2))
    ours.merge(theirs)
    #expect(ours.floor == 5)
    #expect(ours.roots == [5: root(1)])
  }

  @Test func `a key is known by the hash of its public bytes`() {
    let one = SigningKeyID(publicKey(1))
    #expect(one == SigningKeyID(publicKey(1)))
    #expect(one != SigningKeyID(publicKey(2)))
    #expect(one.digest == SHA256.hash([UInt8](repeating: 1, count: 52)))
  }

  @Test(arguments: [
    (ClaimRefusal.alreadySigned(root: root(0xAB)), "already signed 0xab000000"),
    (.notAboveFloor(9), "not above the key's floor 9"),
    (.beyondLastLeaf, "more than 32 bits"),
    (.retired, "import its record"),
    (.unknownKey, "not registered"),
  ])
  func `a refusal says why in one line`(refusal: ClaimRefusal, text: String) {
    #expect(refusal.description.contains(text))
    #expect(!refusal.description.contains("\n"))
  }
}
