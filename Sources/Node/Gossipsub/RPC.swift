/// What peers send each other on a gossip stream: changes of subscriptions, messages and control.
///
/// Ids are parts of the frame that they came in: an RPC is not to be kept.
/// leanSpec: `node/networking/gossipsub/rpc.py`, whose words these are.
package struct RPC: Hashable, Sendable {
  /// A topic that the sender takes up or gives up.
  package struct SubOpts: Hashable, Sendable {
    package var subscribe: Bool
    package var topicID: String

    package init(subscribe: Bool, topicID: String) {
      self.subscribe = subscribe
      self.topicID = topicID
    }
  }

  /// A published message; what is empty is absent on the wire.
  package struct Message: Hashable, Sendable {
    package var from: [UInt8] = []
    package var data: [UInt8] = []
    package var sequenceNumber: [UInt8] = []
    package var topic = ""
    package var signature: [UInt8] = []
    package var key: [UInt8] = []

    package init(topic: String, data: [UInt8]) {
      self.topic = topic
      self.data = data
    }

    /// Whether nothing tells who made it, as every client of the network but one demands.
    var isAnonymous: Bool {
      from.isEmpty && sequenceNumber.isEmpty && signature.isEmpty && key.isEmpty
    }
  }

  /// IHAVE: messages that the sender offers.
  package struct IHave: Hashable, Sendable {
    package var topicID: String
    package var messageIDs: [ArraySlice<UInt8>]

    package init(topicID: String, messageIDs: [ArraySlice<UInt8>]) {
      self.topicID = topicID
      self.messageIDs = messageIDs
    }
  }

  /// PRUNE: the receiver is no longer in the sender's mesh.
  package struct Prune: Hashable, Sendable {
    package var topicID: String
    /// How long the receiver must not ask to come back; 0 is absent on the wire.
    package var backoffSeconds: UInt64

    package init(topicID: String, backoffSeconds: UInt64) {
      self.topicID = topicID
      self.backoffSeconds = backoffSeconds
    }
  }

  /// What keeps the mesh.
  package struct ControlMessage: Hashable, Sendable {
    package var ihave: [IHave] = []
    /// IWANT: lists of messages to send.
    package var iwant: [[ArraySlice<UInt8>]] = []
    /// GRAFT: topics in whose mesh the sender takes the receiver.
    package var graft: [String] = []
    package var prune: [Prune] = []
    /// IDONTWANT: lists of messages not to send.
    package var idontwant: [[ArraySlice<UInt8>]] = []

    package init() {}

    package var isEmpty: Bool {
      ihave.isEmpty && iwant.isEmpty && graft.isEmpty && prune.isEmpty && idontwant.isEmpty
    }
  }

  package var subscriptions: [SubOpts] = []
  package var publish: [Message] = []
  package var control = ControlMessage()

  package init() {}

  package var isEmpty: Bool { subscriptions.isEmpty && publish.isEmpty && control.isEmpty }
}
