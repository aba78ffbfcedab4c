import Simulation
import Testing

struct PacketSimulatorTests {
  private let now = VirtualTime(milliseconds: 1000)

  private func network(_ change: (inout PacketOptions) -> Void) -> PacketSimulator {
    var options = PacketOptions(delay: .constant(50))
    change(&options)
    return PacketSimulator(nodeCount: 3, options: options, seed: 11)
  }

  @Test func `a good network delivers once, after the delay`() {
    var network = network { _ in }
    let arrivals = network.deliveries(from: 0, to: 1, at: now)
    #expect(arrivals == [now.advanced(by: 50)])
  }

  @Test func `lost packets vanish and are counted`() {
    var network = network { $0.lossPerMille = 1000 }
    let arrivals = network.deliveries(from: 0, to: 1, at: now)
    #expect(arrivals == [])
    #expect(network.lostCount == 1)
  }

  @Test func `doubled packets arrive twice`() {
    var network = network { $0.duplicationPerMille = 1000 }
    let arrivals = network.deliveries(from: 0, to: 1, at: now)
    #expect(arrivals.count == 2)
  }

  @Test func `a reordered packet is overtaken by the next`() {
    var network = network { $0.reorderingPerMille = 500 }
    let arrivals = (0..<50).flatMap { index in
      network.deliveries(from: 0, to: 1, at: now.advanced(by: index))
    }
    #expect(arrivals != arrivals.sorted())
  }

  @Test func `a clogged link holds packets back, and only that link`() {
    var network = network { options in
      options.cloggingPerMille = 1000
      options.clogDuration = .constant(400)
    }
    let clogged = network.deliveries(from: 0, to: 1, at: now)
    network.calm(delay: .constant(70))
    let calm = network.deliveries(from: 0, to: 1, at: now)
    #expect(clogged == [now.advanced(by: 450)])
    #expect(calm == [now.advanced(by: 70)])
  }

  @Test func `a partition stops packets between sides until it heals`() {
    var network = network { _ in }
    network.partition(sides: [0, 1, 0])
    let across = network.deliveries(from: 0, to: 1, at: now)
    let within = network.deliveries(from: 0, to: 2, at: now)
    network.heal()
    let healed = network.deliveries(from: 0, to: 1, at: now)
    #expect([across.count, within.count, healed.count] == [0, 1, 1])
  }

  @Test func `a cut link carries nothing one way, until it is restored`() {
    var network = network { _ in }
    network.cut(from: 0, to: 1)
    let counts = [(0, 1), (1, 0), (0, 2)].map { sender, receiver in
      network.deliveries(from: sender, to: receiver, at: now).count
    }
    network.heal()
    let afterHealing = network.deliveries(from: 0, to: 1, at: now).count
    network.restore(from: 0, to: 1)
    #expect(counts == [0, 1, 1])
    #expect(afterHealing == 0)
    #expect(network.deliveries(from: 0, to: 1, at: now).count == 1)
  }
}
