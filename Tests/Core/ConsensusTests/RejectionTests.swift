import Consensus
import Hashing
import SSZ
import Testing

struct RejectionTests {
  @Test func `a rejection shows leanSpec's reason and the values compared`() {
    let rejection = Rejection.wrongProposer(3, scheduled: 1)
    #expect(rejection.reason.rawValue == "WRONG_PROPOSER")
    #expect(rejection.description == "WRONG_PROPOSER: proposer 3, scheduled 1")
  }

  @Test func `what a later block or time may cure is worth keeping`() {
    #expect(Rejection.unknownParentBlock(root: .zero).peerVerdict == .retryLater)
    #expect(Rejection.attestationTooFarInFuture(slot: 2, time: 1).peerVerdict == .retryLater)
    #expect(Rejection.invalidSignature.peerVerdict == .reject)
    #expect(Rejection.decodeError(.missingDelimiter).peerVerdict == .reject)
  }
}
