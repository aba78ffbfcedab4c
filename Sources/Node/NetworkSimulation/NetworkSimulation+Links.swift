internal import Gossipsub
internal import Randomness
internal import Simulation

// Connections, streams and frames.

extension NetworkSimulation {
  /// What a packet carries.
  private static let packetBytes = 1200

  mutating func dial(_ from: Int, _ to: Int) {
    let link = Link.Name(from: from, to: to)
    guard nodes[from].isRunning, links[link]?.isConnected != true else { return }
    guard nodes[to].isRunning, canReach(from, to) else { return redial(link) }
    for (name, isDialed) in [(link, true), (link.reversed, false)] {
      links[name, default: Link()].isConnected = true
      links[name]?.connection += 1
      links[name]?.lastArrival = 0
      give(.connected(ids[name.to], isDialed: isDialed), to: name.from)
    }
  }

  /// Dials again after a while, a little earlier or later than the peer does.
  mutating func redial(_ link: Link.Name) {
    let time = now + Self.redialMilliseconds - 1000 + random.below(2000)
    queue.schedule(.dial(from: link.from, to: link.to), at: VirtualTime(milliseconds: time))
  }

  /// Ends a connection at both ends, as far as they are running, and dials again from one.
  mutating func disconnect(_ link: Link.Name) {
    guard links[link]?.isConnected == true else { return }
    for name in [link, link.reversed] {
      links[name]?.isConnected = false
      links[name]?.isOpen = false
      links[name]?.isSending = false
      links[name]?.epoch += 1
      give(.disconnected(ids[name.to]), to: name.from)
    }
    redial(Link.Name(from: min(link.from, link.to), to: max(link.from, link.to)))
  }

  mutating func open(_ link: Link.Name) {
    links[link]?.isOpen = false
    links[link]?.isSending = false
    links[link]?.epoch += 1
    guard let epoch = links[link]?.epoch else { return }
    let roundTrip = 2 * options.delay.draw(from: &random)
    queue.schedule(.opened(link, epoch: epoch), at: VirtualTime(milliseconds: now + roundTrip))
  }

  /// Sends the next frame if none is under way to the peer.
  mutating func pump(_ link: Link.Name) {
    guard let state = links[link], state.isOpen, !state.isSending, nodes[link.from].isRunning,
      let frame = nodes[link.from].gossipsub.nextFrame(for: ids[link.to], at: time)
    else { return }
    report.sentBytes += frame.count
    let begin = max(now * 1000, nodes[link.from].uplinkFree)
    let end = begin + frame.count * 1000 / options.uplinkBytesPerMillisecond
    nodes[link.from].uplinkFree = end
    let arrival = max(
      end + transit(of: frame.count, on: link) * 1000, state.lastArrival)
    links[link]?.isSending = true
    links[link]?.lastArrival = arrival
    queue.schedule(.sent(link, epoch: state.epoch), at: Self.moment(end))
    queue.schedule(
      .arrive(link, epoch: state.epoch, bytes: frame), at: Self.moment(arrival))
  }

  private static func moment(_ microseconds: Int) -> VirtualTime {
    VirtualTime(milliseconds: (microseconds + 999) / 1000)
  }

  /// The milliseconds until the last packet of a frame is there, sent again until none is lost.
  private mutating func transit(of bytes: Int, on link: Link.Name) -> Int {
    var transit = options.delay.draw(from: &random)
    var packets = (bytes + Self.packetBytes - 1) / Self.packetBytes
    while options.lossPerMille > 0, packets > 0 {
      packets = (0..<packets).count { _ in random.chance(perMille: options.lossPerMille) }
      // A lost packet is missed by the receiver, told of, and sent again.
      if packets > 0 { transit += 3 * options.delay.draw(from: &random) }
    }
    if !canReach(link.from, link.to), let partitionEnd { transit += max(partitionEnd - now, 0) }
    return transit
  }

  func canReach(_ one: Int, _ other: Int) -> Bool {
    nodes[one].half == nodes[other].half || now >= partitionEnd ?? 0
  }
}
