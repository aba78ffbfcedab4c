/// The sizes and times of the mesh.
///
/// leanSpec: `node/networking/gossipsub/parameters.py`; every client of the network uses these,
/// with ``dLow`` as the one difference.
package struct GossipsubParameters: Hashable, Sendable {
  /// Peers that a topic's mesh should have.
  package var d = 8

  /// Below this the heartbeat takes more peers in.
  ///
  /// leanSpec has 6. A topic of a lean network has few members, some of them behind the same
  /// router; like zeam we take as many as we can get up to ``d``.
  package var dLow = 8

  /// Above this the heartbeat turns peers out, down to ``d``.
  package var dHigh = 12

  /// Peers outside the mesh that a heartbeat tells of recent messages.
  package var dLazy = 6

  /// Of the peers that stay when some are turned out, those that we dialled: whoever fills our mesh
  /// by dialling us does not get all of it.
  package var dOut = 2

  /// The time between two heartbeats.
  package var heartbeatInterval = Duration.milliseconds(700)

  /// How long the peers of a topic that we only publish to are kept after the last message.
  package var fanoutTTL = Duration.seconds(60)

  /// Heartbeats for which a message can be asked for.
  package var mcacheLength = 6

  /// Heartbeats for which a message is advertised.
  package var mcacheGossip = 3

  /// How long a message is known: six slots.
  package var seenTTL = Duration.seconds(24)

  /// How long a peer that was turned out must stay out.
  package var pruneBackoff = Duration.seconds(60)

  /// How long a peer must stay out of a topic that we left.
  package var unsubscribeBackoff = Duration.seconds(10)

  /// From this size on peers are told that a message need not be sent.
  package var idontwantBytes = 1024

  /// Whether they are told by zeam's id as well.
  package var declinesCompressedIDs = true

  /// Peers of the mesh that a message is relayed to at once.
  ///
  /// The others get it ``relayPatience`` later if they have not got it or declined it by then. Where
  /// a packet takes longer than a verdict, IDONTWANT would come too late without that: of 50 nodes
  /// 25 ms apart each got a message 8.0 times, and with it 3.7 times.
  package var eagerRelays = 3

  /// How long the other peers of the mesh are given to get a message elsewhere.
  package var relayPatience = Duration.milliseconds(50)

  /// Up to this size our own messages go to every peer of the topic, not only to the mesh; 0 turns
  /// that off.
  ///
  /// zeam's figure: a vote is cheap to send to all, a block of 250 kB is not.
  package var floodPublishBytes = 128 * 1024

  /// The parameters of the network.
  package init() {}
}
