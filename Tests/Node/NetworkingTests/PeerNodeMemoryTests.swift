import Libp2p
import QUIC
import Testing
import Wire

@testable import Gossipsub
@testable import Networking
@testable import RequestResponse
@testable import Syncing

/// What peers can make us keep: the sum of the limits that each room states and tests.
struct PeerNodeMemoryTests {
  private static let mebibyte = 1 << 20
  private static let settings = HostSettings(protocols: [], agentVersion: "")

  /// A block that an engine takes: a proof of 512 KiB and the votes.
  private static let block = 600 * 1024

  /// An id in a table: 24 bytes in one that is three eighths full at worst.
  private static let id = 64

  /// What one peer can make us keep, besides what all share.
  private static var peer: Int {
    let received = settings.quic.connectionWindow + settings.quic.streamLimit * 2 * 1024
    let sent = PeerNode.outletLimit + block
    let answers = PeerNode.incomingLimit * (PeerNode.answerLimit + requestBytes) + block
    let asked = ResponseChunk.maximumTextBytes
    let ids =
      2 * KnownMessages.limit + 2 * SendQueue.idLimit + 2 * MessageCache.countLimit
      + InboundBudget.Item.wantedIDs.limit + 4 * Promises.peerLimit
    return received + sent + answers + asked + ids * id + PendingMessages.reservedBytes
  }

  private static var requestBytes: Int {
    RequestProtocol.allCases.map { Request.maximumBytes(of: $0) }.max() ?? 0
  }

  /// What all peers together can make us keep on top.
  private static var shared: Int {
    let messages =
      Gossipsub.heldByteLimit + PendingMessages.byteLimit + MessageCache.byteLimit
      + 4 * SeenCache.generationLimit * id
    let blocks =
      AnswerTurns.sharedLimit * block
      + SyncLimits.bufferBytes
      // A block that each ask is just reading, and one that the limit is noticed with.
      + (SyncLimits.rootAsks + SyncLimits.batches + 1) * Snappy.maximumDecodedBytes
    // A message is expanded one at a time, and its frame is there while it is.
    return messages + blocks + FrameReader.maximumFrameBytes + Snappy.maximumDecodedBytes
  }

  @Test func `a peer can make us keep 14 MiB, and all together 450 MiB on top`() {
    #expect(Self.peer <= 14 * Self.mebibyte)
    #expect(Self.shared <= 450 * Self.mebibyte)
  }

  @Test func `all peers that may dial us can make us keep less than 2.25 GiB`() {
    let total = Self.shared + Self.settings.inboundPeerLimit * Self.peer
    #expect(total < 2304 * Self.mebibyte)
  }
}
