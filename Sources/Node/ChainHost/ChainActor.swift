package import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus

/// The owner of the engine: takes inputs one at a time and performs what the engine wants.
///
/// It decides nothing; everything slow goes to the services, whose answers
/// come back through the mailbox.
package actor ChainActor {
  /// The way in, for the network, the operator and signals.
  package nonisolated let mailbox: ChainMailbox

  /// The chain as it is now, for readers such as the HTTP interface.
  package nonisolated let view: PublishedView

  private var engine: ChainEngine
  private let services: ChainServices
  private var previousCallMilliseconds: UInt64 = 0
  private var timer: (deadline: UnixMilliseconds, task: Task<Void, Never>)?

  /// Creates an actor that stands until `run` is called; a network may hold its mailbox already.
  package init(
    engine: ChainEngine, services: ChainServices, mailbox: ChainMailbox = ChainMailbox()
  ) {
    self.engine = engine
    view = PublishedView(ChainView(engine))
    self.services = services
    self.mailbox = mailbox
  }

  /// Runs the engine until it has stopped; `Input.shutDown` ends it within two seconds.
  package func run() async {
    step(.wake)
    while let input = await mailbox.next() {
      let dropped = mailbox.takeDropped()
      for number in dropped.gossip { services.network.judge(number, .ignored) }
      if !dropped.counts.isEmpty { tellDropped(dropped.counts) }
      step(input)
    }
    disarmTimer()
  }

  private func step(_ input: ChainEngine.Input) {
    var reading = services.clock.reading()
    reading.previousCallMilliseconds = previousCallMilliseconds
    let last = view.current
    for effect in engine.handle(input, at: reading) { perform(effect, at: reading.wall) }
    let newest = ChainView(engine, after: last)
    view.publish(newest)
    if newest.time.slot > last.time.slot {
      mailbox.expire(before: newest.time.slot.saturatingSubtract(1))
    }
    armTimer(after: input)
    let end = services.clock.reading().monotonicMilliseconds
    previousCallMilliseconds = end - min(end, reading.monotonicMilliseconds)
  }

  private func perform(_ effect: ChainEngine.Effect, at time: UnixMilliseconds) {
    switch effect {
    case .emit(let event): services.events.emit(event, at: time.rawValue)
    case .work(let work):
      services.executor.run(work) { [mailbox] result in
        mailbox.post(.workEnded(work.ticket, result))
      }
    case .sign(let request):
      services.signer.sign(request) { [mailbox] answer in mailbox.post(.signed(answer)) }
    case .publishBlock(let block): services.network.publish(block)
    case .publishAttestations(let attestations): services.network.publish(attestations)
    case .publishAggregate(let aggregate): services.network.publish(aggregate)
    case .abandon(let ticket, let lane): services.executor.abandon(ticket, lane)
    case .requestBlocks(let blocks): services.network.request(blocks)
    case .judge(let gossip, let verdict): services.network.judge(gossip, verdict)
    case .persist(let record): services.storage.keep(record)
    case .stopped: mailbox.close()
    }
  }

  /// Keeps the one timer at the engine's next deadline.
  private func armTimer(after input: ChainEngine.Input) {
    // A timer that has fired is spent, also when it fired too early and the deadline still stands.
    if case .wake = input { disarmTimer() }
    guard timer?.deadline != engine.nextDeadline else { return }
    disarmTimer()
    timer = engine.nextDeadline.map { deadline in
      let task = Task { [mailbox, clock = services.clock] in
        guard (try? await clock.sleep(until: deadline)) != nil else { return }
        mailbox.post(.wake)
      }
      return (deadline, task)
    }
  }

  private func disarmTimer() {
    timer?.task.cancel()
    timer = nil
  }

  private func tellDropped(_ counts: [ChainMailbox.Kind: Int]) {
    let kinds = counts.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value) of kind \($0.key)" }
    let message =
      "messages of peers were dropped, they came faster than they are judged: "
      + kinds.joined(separator: ", ")
    services.events.emit(
      .node(.log(.warning, source: "chain", message: message)),
      at: services.clock.reading().wall.rawValue)
  }
}
