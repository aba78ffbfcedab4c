internal import ChainEvents
internal import Consensus

/// The owner of the engine: takes inputs one at a time and performs what the engine wants.
///
/// The only shell in Core. It decides nothing; everything slow goes to the services, whose answers
/// come back through the mailbox.
public actor ChainActor {
  /// The way in, for the network, the operator and signals.
  public nonisolated let mailbox: ChainMailbox

  private var state: ChainState
  private let services: ChainServices
  private var previousCallMilliseconds: UInt64 = 0
  private var timer: (deadline: UnixMilliseconds, task: Task<Void, Never>)?

  /// Creates an actor that stands until `run` is called; a network may hold its mailbox already.
  public init(
    state: ChainState, services: ChainServices, mailbox: ChainMailbox = ChainMailbox()
  ) {
    self.state = state
    self.services = services
    self.mailbox = mailbox
  }

  /// Runs the engine until it has stopped; `Input.shutDown` ends it within two seconds.
  public func run() async {
    step(.wake)
    while let input = await mailbox.next() {
      let dropped = mailbox.takeDropped()
      for number in dropped.gossip { services.network.judge(number, .ignored) }
      if dropped.count > 0 { tellDropped(dropped.count) }
      step(input)
    }
    disarmTimer()
  }

  /// The engine as it is now, for readers such as the HTTP interface.
  public func snapshot() -> ChainState {
    state
  }

  private func step(_ input: ChainState.Input) {
    var reading = services.clock.reading()
    reading.previousCallMilliseconds = previousCallMilliseconds
    for effect in state.handle(input, at: reading) { perform(effect, at: reading.wall) }
    armTimer(after: input)
    let end = services.clock.reading().monotonicMilliseconds
    previousCallMilliseconds = end - min(end, reading.monotonicMilliseconds)
  }

  private func perform(_ effect: ChainState.Effect, at time: UnixMilliseconds) {
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
    case .requestBlocks(let roots): services.network.request(roots)
    case .judge(let gossip, let verdict): services.network.judge(gossip, verdict)
    case .persist(let record):
      services.storage.keep(record) { [mailbox] reason in mailbox.post(.storageFailed(reason)) }
    case .stopped: mailbox.close()
    case .fatal(let message):
      mailbox.close()
      services.onFatal(message)
    }
  }

  /// Keeps the one timer at the engine's next deadline.
  private func armTimer(after input: ChainState.Input) {
    // A timer that has fired is spent, also when it fired too early and the deadline still stands.
    if case .wake = input { disarmTimer() }
    guard timer?.deadline != state.nextDeadline else { return }
    disarmTimer()
    timer = state.nextDeadline.map { deadline in
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

  private func tellDropped(_ count: UInt64) {
    let message = "\(count) messages of peers were dropped: they came faster than they are judged"
    services.events.emit(
      .node(.log(.warning, source: "chain", message: message)),
      at: services.clock.reading().wall.rawValue)
  }
}
