internal import Gossipsub
internal import Randomness
internal import Simulation

// Messages: made, delivered, counted.

extension NetworkSimulation {
  /// Two heartbeats: by then a message should be everywhere.
  static let dueMilliseconds = 1400

  mutating func publish(_ topic: String, _ node: Int, _ bytes: Int) {
    guard nodes[node].isRunning else { return }
    let due = nodes.indices.filter { other in
      nodes[other].isRunning && nodes[other].gossipsub.subscriptions.contains(topic)
        && areJoined(node, other) && other != node
    }
    report.messages += 1
    let number = records.count
    records.append(Record(publisher: node, published: now, due: Set(due)))
    give(.publish(topic: topic, payload: payload(number, bytes), token: 0), to: node)
  }

  /// Whether a partition neither keeps nodes apart nor did until lately.
  private func areJoined(_ one: Int, _ other: Int) -> Bool {
    nodes[one].half == nodes[other].half
      || now >= (partitionEnd.map { $0 + Self.rejoinMilliseconds } ?? 0)
  }

  /// A message that says its number and cannot be compressed.
  private mutating func payload(_ number: Int, _ bytes: Int) -> [UInt8] {
    var noise = SeededRandom(seed: options.seed ^ UInt64(number))
    var payload: [UInt8] = []
    payload.reserveCapacity(bytes + 8)
    var word = UInt64(number)
    while payload.count < bytes {
      withUnsafeBytes(of: word.littleEndian) { payload.append(contentsOf: $0) }
      word = noise.next()
    }
    return payload
  }

  mutating func deliver(_ delivery: Gossipsub.Delivery, to node: Int) {
    let number = (delivery.payload ?? []).prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard records.indices.contains(number) else { return }
    let isFirst = records[number].arrivals.updateValue(now, forKey: node) == nil
    precondition(isFirst || nodes[node].life > 0, "message \(number) was delivered twice")
    let verdict = now + options.judging.draw(from: &random)
    queue.schedule(
      .verdict(node: node, life: nodes[node].life, number: delivery.number),
      at: VirtualTime(milliseconds: verdict))
  }

  /// A node stopped or the network split: what is under way to nodes out of reach is no longer due.
  mutating func excuse(_ isOutOfReach: (_ publisher: Int, _ node: Int) -> Bool) {
    for index in records.indices.reversed() {
      let record = records[index]
      guard now - record.published <= Self.dueMilliseconds else { return }
      records[index].due = record.due.filter { node in
        record.arrivals[node] != nil || !isOutOfReach(record.publisher, node)
      }
    }
  }

  mutating func judge() {
    for record in records {
      report.due += record.due.count
      report.missed += record.due.count { node in
        record.arrivals[node].map { $0 - record.published > Self.dueMilliseconds } ?? true
      }
      report.latencies += record.arrivals.values.map { $0 - record.published }
    }
    report.latencies.sort()
    for node in nodes { report.duplicates += Int(node.gossipsub.counts.duplicates) }
  }
}
