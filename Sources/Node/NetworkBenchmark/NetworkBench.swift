/// How fast and how light the network is, on loopback and in real time.
package enum NetworkBench {
  /// The suite's name on the command line.
  package static let name = "network"

  /// Measures everything, which takes about a minute; `tell` takes each figure as it is there.
  package static func run(
    _ tell: (NetworkFigure) -> Void = { _ in }
  ) async throws -> [NetworkFigure] {
    var figures: [NetworkFigure] = []
    func add(_ more: [NetworkFigure]) {
      more.forEach(tell)
      figures += more
    }
    let transport = try TransportBench()
    defer { transport.stop() }
    add(try transport.handshakes())
    add(try transport.stream())
    add(try transport.leaks())
    add(try await MeshBench().blockTimes())
    add(try await MeshBench().idle())
    return figures
  }

  /// Measures what an honest message loses beside each hostile peer, which takes two minutes.
  package static func runHostile(
    _ tell: (NetworkFigure) -> Void = { _ in }
  ) async throws -> [NetworkFigure] {
    var figures: [NetworkFigure] = []
    try await HostileBench().run { more in
      more.forEach(tell)
      figures += more
    }
    return figures
  }
}
