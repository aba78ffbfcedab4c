import Synchronization
import Testing
import XMSS

@testable import LeanNode

struct KeyPreparerTests {
  /// Prepares and waits until the window has moved, or says that there was nothing to do.
  private func prepare(_ key: SecretKey, for slot: UInt64) async throws {
    let preparer = KeyPreparer(name: "test")
    let isMoved = Atomic(false)
    preparer.prepare(key, for: slot) { isMoved.store(true, ordering: .releasing) }
    let before = key.preparedSlots
    for _ in 0..<5_000 where !isMoved.load(ordering: .acquiring) && key.preparedSlots == before {
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `scenario 19: the next window is made in the background when half of this one is used`()
    async throws
  {
    let key = try testKeys(1)[0].attestation
    #expect(key.preparedSlots == 0..<32)
    // Sixteen slots before the window ends; in production that is 65,536 slots, three days.
    try await prepare(key, for: 16)
    #expect(key.preparedSlots == 16..<48)
  }

  @Test func `a window with half of it to go is left alone`() throws {
    let key = try testKeys(1)[0].attestation
    KeyPreparer(name: "test").prepare(key, for: 15) { Issue.record("moved") }
    #expect(key.preparedSlots == 0..<32)
  }

  @Test func `scenario 18: a clock that went back does not move a window back`() async throws {
    let key = try testKeys(1)[0].attestation
    try await prepare(key, for: 100)
    let window = key.preparedSlots
    #expect(window == 96..<128)
    KeyPreparer(name: "test").prepare(key, for: 5) { Issue.record("moved back") }
    try await Task.sleep(for: .milliseconds(20))
    #expect(key.preparedSlots == window)
  }
}
