internal import Gossipsub
internal import Hashing

/// An RPC as vectors write it.
struct RPCContent: Decodable {
  struct Subscription: Decodable {
    let subscribe: Bool
    let topicId: String
  }

  struct Message: Decodable {
    let fromPeer: HexadecimalBytes?
    let data: HexadecimalBytes?
    let seqno: HexadecimalBytes?
    let topic: String?
    let signature: HexadecimalBytes?
    let key: HexadecimalBytes?

    var message: RPC.Message {
      var message = RPC.Message(topic: topic ?? "", data: data?.bytes ?? [])
      message.from = fromPeer?.bytes ?? []
      message.sequenceNumber = seqno?.bytes ?? []
      message.signature = signature?.bytes ?? []
      message.key = key?.bytes ?? []
      return message
    }
  }

  struct Graft: Decodable {
    let topicId: String
  }

  struct Prune: Decodable {
    let topicId: String?
    let backoff: UInt64?
  }

  struct IHave: Decodable {
    let topicId: String?
    let messageIds: [HexadecimalBytes]?
  }

  struct MessageIDs: Decodable {
    let messageIds: [HexadecimalBytes]?
  }

  struct Control: Decodable {
    let ihave: [IHave]?
    let iwant: [MessageIDs]?
    let graft: [Graft]?
    let prune: [Prune]?
    let idontwant: [MessageIDs]?

    var message: RPC.ControlMessage {
      var message = RPC.ControlMessage()
      message.ihave = (ihave ?? []).map { entry in
        RPC.IHave(
          topicID: entry.topicId ?? "", messageIDs: (entry.messageIds ?? []).map { $0.bytes[...] })
      }
      message.iwant = (iwant ?? []).map { ($0.messageIds ?? []).map { $0.bytes[...] } }
      message.graft = (graft ?? []).map(\.topicId)
      message.prune = (prune ?? []).map { entry in
        RPC.Prune(topicID: entry.topicId ?? "", backoffSeconds: entry.backoff ?? 0)
      }
      message.idontwant = (idontwant ?? []).map { ($0.messageIds ?? []).map { $0.bytes[...] } }
      return message
    }
  }

  let subscriptions: [Subscription]?
  let publish: [Message]?
  let control: Control?

  var rpc: RPC {
    var rpc = RPC()
    rpc.subscriptions = (subscriptions ?? []).map { change in
      RPC.SubOpts(subscribe: change.subscribe, topicID: change.topicId)
    }
    rpc.publish = (publish ?? []).map(\.message)
    rpc.control = control?.message ?? RPC.ControlMessage()
    return rpc
  }
}

/// Bytes that a vector writes as hexadecimal text.
struct HexadecimalBytes: Decodable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let bytes = Hexadecimal.decode(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not hexadecimal: \(text)"))
    }
    self.bytes = bytes
  }
}
