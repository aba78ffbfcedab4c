package import Chain
package import ChainEvents
internal import ChainHost
package import Consensus
private import Foundation
internal import Hashing
internal import Libp2p
internal import PeerIdentity
package import QUIC
internal import RequestResponse
private import Synchronization
package import Wire

/// The network of real peers, on a thread of its own.
///
/// What the engine wants is put in a list that the thread works through; nothing here waits for
/// the network.
package final class PeerNetwork: NodeNetwork {
  /// What was looked up, for the request of that number.
  struct Found: Sendable {
    let exchange: UInt64
    let answer: IncomingRequest.Input
  }

  enum Command: Sendable {
    case publishBlock(SignedBlock)
    case publishAttestations([SignedAttestation])
    case publishAggregate(SignedAggregatedAttestation)
    case request([BlockRequest])
    case judge(UInt64, Verdict)
    case found(Found)
    case announce
    case setCut(Bool)
    case holdNextBlock(milliseconds: Int, whenHeld: @Sendable () -> Void)
    case leave(isAbrupt: Bool)

    var isVerdict: Bool {
      if case .judge = self { true } else { false }
    }
  }

  /// Commands that wait; the thread takes all of them some thousand times in a second.
  ///
  /// Beyond it verdicts are left out: gossip forgets a message that is never judged.
  private static let commandLimit = 16_384

  /// Where we listen.
  package let addresses: [NetworkAddress]

  private let commands: Mailbag
  private let ended: DispatchSemaphore

  /// Binds the sockets and starts the thread.
  ///
  /// - Parameters:
  ///   - listen: At most one address of each family; port 0 takes a free one.
  ///   - settings: Which network, as whom.
  ///   - ports: The engine.
  /// - Throws: When an address cannot be had or no certificate made.
  package init(
    listen: [NetworkAddress], settings: PeerNodeSettings, ports: NodePorts
  ) throws {
    let commands = Mailbag()
    let ended = DispatchSemaphore(value: 0)
    let started = Started()
    let thread = Thread {
      QUICSockets.nameThread(Self.threadName(of: settings.identity.peerID))
      Self.run(listen: listen, settings: settings, ports: ports, commands, started)
      ended.signal()
    }
    thread.start()
    (addresses, self.commands, self.ended) = (try started.wait(), commands, ended)
  }

  /// The name of a node's thread, as the system's tools show it: at most 15 characters.
  package static func threadName(of peer: PeerID) -> String { "peers \(peer.short)" }

  /// Says goodbye to all peers unless `isAbrupt`, and returns when the thread has ended.
  package func leave(isAbrupt: Bool = false) {
    send(.leave(isAbrupt: isAbrupt))
    ended.wait()
    ended.signal()
  }

  // MARK: The engine's side

  package func publish(_ block: SignedBlock) { send(.publishBlock(block)) }

  package func publish(_ attestations: [SignedAttestation]) {
    send(.publishAttestations(attestations))
  }

  package func publish(_ aggregate: SignedAggregatedAttestation) {
    send(.publishAggregate(aggregate))
  }

  package func request(_ blocks: [BlockRequest]) { send(.request(blocks)) }

  package func judge(_ gossip: UInt64, _ verdict: Verdict) { send(.judge(gossip, verdict)) }

  package func announce() { send(.announce) }

  package var meshPeers: Int? { commands.state.withLock(\.meshPeers) }

  package func setCut(_ isCut: Bool) { send(.setCut(isCut)) }

  package func holdNextBlock(
    byMilliseconds milliseconds: Int, whenHeld: @escaping @Sendable () -> Void
  ) {
    send(.holdNextBlock(milliseconds: milliseconds, whenHeld: whenHeld))
  }

  private func send(_ command: Command) { commands.put(command) }

  // MARK: The thread's side

  /// Commands on their way to the thread, and how to wake it.
  private final class Mailbag: Sendable {
    struct State: Sendable {
      var waiting: [Command] = []
      var waker: Waker?
      var meshPeers: Int?
    }

    let state = Mutex(State())

    func put(_ command: Command) {
      let waker = state.withLock { state -> Waker? in
        if state.waiting.count >= PeerNetwork.commandLimit, command.isVerdict { return nil }
        state.waiting.append(command)
        return state.waiting.count == 1 ? state.waker : nil
      }
      waker?.wake()
    }

    func takeAll() -> [Command] {
      state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
    }
  }

  /// How the start of the thread went.
  private final class Started: Sendable {
    private let outcome = Mutex<Result<[NetworkAddress], any Error>?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    func tell(_ result: Result<[NetworkAddress], any Error>) {
      outcome.withLock { $0 = result }
      semaphore.signal()
    }

    func wait() throws -> [NetworkAddress] {
      semaphore.wait()
      guard let result = outcome.withLock(\.self) else {
        preconditionFailure("the thread tells how it started")
      }
      return try result.get()
    }
  }

  private static func run(
    listen: [NetworkAddress], settings: PeerNodeSettings, ports: NodePorts,
    _ commands: Mailbag, _ started: Started
  ) {
    let sockets: QUICSockets
    let node: PeerNode
    do {
      sockets = try QUICSockets(listen)
      node = try PeerNode(
        settings: settings, ports: ports, random: SystemRandomNumberGenerator(),
        unixSeconds: { Int(Date().timeIntervalSince1970) }, at: QUICSockets.now)
    } catch {
      started.tell(.failure(error))
      return
    }
    commands.state.withLock { $0.waker = sockets.waker }
    started.tell(.success(sockets.addresses))

    // One at a time: a disk that waits holds up other lookups and nothing else.
    let disk = DispatchQueue(label: "lookups for peers")
    var isRunning = true
    while isRunning {
      for command in commands.takeAll() {
        if case .leave(let isAbrupt) = command {
          isRunning = false
          if isAbrupt { return }
        }
        perform(command, on: node)
        if case .announce = command {
          commands.state.withLock { $0.meshPeers = node.blockMesh.count }
        }
      }
      sockets.receive { node.receive($0, from: $1, at: QUICSockets.now) }
      node.expire(at: QUICSockets.now)
      let hasMore = node.flush(at: QUICSockets.now) { sockets.send($0, $1, to: $2) }
      for lookup in node.takeLookups() {
        disk.async {
          let answer = ports.source.find(lookup.wanted)
          commands.put(.found(Found(exchange: lookup.exchange, answer: answer)))
        }
      }
      guard isRunning else { break }
      sockets.wait(until: hasMore ? 0 : node.nextExpiry)
    }
  }

  private static func perform(_ command: Command, on node: PeerNode) {
    let now = QUICSockets.now
    switch command {
    case .publishBlock(let block): node.publish(block, at: now)
    case .publishAttestations(let attestations):
      for attestation in attestations { node.publish(attestation, at: now) }
    case .publishAggregate(let aggregate): node.publish(aggregate, at: now)
    case .request(let blocks): node.request(blocks, at: now)
    case .found(let found): node.found(found.answer, for: found.exchange, at: now)
    case .judge(let number, let verdict): node.judge(number, verdict, at: now)
    case .announce: node.announce(at: now)
    case .setCut(let isCut): node.setCut(isCut, at: now)
    case .holdNextBlock(let milliseconds, let whenHeld):
      node.holdNextBlock(by: UInt64(milliseconds) * 1_000_000, whenHeld: whenHeld)
    case .leave: node.shutDown(at: now)
    }
  }
}
