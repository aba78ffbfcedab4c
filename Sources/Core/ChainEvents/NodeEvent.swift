/// The node itself, its operator and its logs.
package enum NodeEvent: Equatable, Sendable {
  /// The node started; the first event of every recording.
  case started(NodeDescription)
  /// The node is stopping.
  case stopping(reason: String)
  /// What the process uses.
  case resources(memoryBytes: UInt64, processorPermille: Int, databaseBytes: UInt64)
  /// A person did something, with what came of it.
  case operatorAction(action: String, result: String)
  /// A fault was switched on or off on purpose.
  case chaos(Fault, active: Bool, detail: String)
  /// A line of the log.
  case log(LogLevel, source: String, message: String)
  /// The bus dropped this many events before this one.
  case lost(count: UInt64)
  /// The chain database cannot be written, and why; `nil` when it can again.
  case storage(problem: String?)
  /// An alarm of whoever folds the events was raised, reached another level or ended.
  case alarm(AlarmNews)
  /// A part of all that a fold knows of the node, for one that begins here.
  case status(StatusPart)
  /// How a prover or signer in a process of its own stands.
  case worker(WorkerReport)
}

/// A part of how a node stands, in bytes that only a fold of the same version can read.
package struct StatusPart: Equatable, Sendable {
  /// The version of the bytes.
  package static let version = 5

  /// Bytes of one part: as text they fill half of the longest line.
  package static let byteLimit = 24_576

  /// Parts of one status: 16 MiB in all; a day of slots in which everything happens takes 4.
  package static let countLimit = 683

  /// The version of the bytes; another one is passed over.
  package var version: Int
  /// Its place among the parts, from 0.
  package var index: Int
  /// The number of parts.
  package var count: Int
  /// The bytes.
  package var bytes: [UInt8]

  /// Creates a part.
  package init(version: Int, index: Int, count: Int, bytes: [UInt8]) {
    self.version = version
    self.index = index
    self.count = count
    self.bytes = bytes
  }

  /// The parts of a status.
  package static func parts(of bytes: [UInt8]) -> [StatusPart] {
    let starts = stride(from: 0, to: bytes.count, by: byteLimit)
    let count = (bytes.count + byteLimit - 1) / byteLimit
    return starts.enumerated().map { index, start in
      StatusPart(
        version: version, index: index, count: count,
        bytes: Array(bytes[start..<min(start + byteLimit, bytes.count)]))
    }
  }
}

/// What became of an alarm, in full text.
package struct AlarmNews: Equatable, Sendable {
  /// What is wrong.
  package var kind: AlarmKind
  /// How much it matters.
  package var level: AlarmLevel
  /// Whether it stands; `false` when it has ended.
  package var isRaised: Bool
  /// The sentence with its numbers.
  package var text: String
  /// The cause, where it is known, and what a person can do.
  package var advice: String

  /// Creates news of an alarm.
  package init(
    kind: AlarmKind, level: AlarmLevel, isRaised: Bool, text: String, advice: String
  ) {
    self.kind = kind
    self.level = level
    self.isRaised = isRaised
    self.text = text
    self.advice = advice
  }
}

/// What a screen must know of a node before the first slot.
package struct NodeDescription: Equatable, Sendable {
  /// The name of the network.
  package var network: String
  /// The program with its version.
  package var client: String
  /// The start of slot 0, in milliseconds since 1970.
  package var genesisMilliseconds: UInt64
  /// Validators of the chain.
  package var validators: UInt64
  /// Validators of this node.
  package var ownValidators: ValidatorSet
  /// Attestation committees (subnets).
  package var committees: UInt64
  /// Names of the parts that are simulated, as `prover (1.2 s)`; empty for a real node.
  package var simulated: [String]
  /// The policies, as `start auto, commit auto, stale forfeit`.
  package var policies: String

  /// Creates a description.
  package init(
    network: String, client: String, genesisMilliseconds: UInt64, validators: UInt64,
    ownValidators: ValidatorSet, committees: UInt64, simulated: [String], policies: String
  ) {
    self.network = network
    self.client = client
    self.genesisMilliseconds = genesisMilliseconds
    self.validators = validators
    self.ownValidators = ownValidators
    self.committees = committees
    self.simulated = simulated
    self.policies = policies
  }
}

extension NodeEvent: EventFamily {
  enum Name: String, CaseIterable {
    case started = "node_started"
    case stopping = "node_stopping"
    case resources
    case operatorAction = "operator"
    case chaos
    case log
    case lost = "events_lost"
    case storage
    case alarm
    case status = "node_status"
    case worker = "prover_worker"
  }

  var name: Name {
    switch self {
    case .started: .started
    case .stopping: .stopping
    case .resources: .resources
    case .operatorAction: .operatorAction
    case .chaos: .chaos
    case .log: .log
    case .lost: .lost
    case .storage: .storage
    case .alarm: .alarm
    case .status: .status
    case .worker: .worker
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .started: .started(try NodeDescription(field))
      case .stopping: .stopping(reason: try field("reason"))
      case .resources:
        .resources(
          memoryBytes: try field("memory_bytes"), processorPermille: try field("cpu_permille"),
          databaseBytes: try field("database_bytes"))
      case .operatorAction:
        .operatorAction(action: try field("action"), result: try field("result"))
      case .chaos:
        .chaos(
          try field("fault"), active: try field("active"), detail: try field("detail"))
      case .log:
        .log(
          try field("level"), source: try field("source"), message: try field("message"))
      case .lost: .lost(count: try field("count"))
      case .storage: .storage(problem: try field("problem"))
      case .alarm:
        .alarm(
          AlarmNews(
            kind: try field("kind"), level: try field("level"), isRaised: try field("raised"),
            text: try field("text"), advice: try field("advice")))
      case .status:
        .status(
          StatusPart(
            version: try field("version"), index: try field("part"), count: try field("parts"),
            bytes: try field.bytes("data")))
      case .worker: .worker(try WorkerReport(field))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .started(let description): description.write(fields: &write)
    case .stopping(let reason): write("reason", reason)
    case .resources(let memory, let processor, let database):
      write("memory_bytes", memory)
      write("cpu_permille", processor)
      write("database_bytes", database)
    case .operatorAction(let action, let result):
      write("action", action)
      write("result", result)
    case .chaos(let fault, let active, let detail):
      write("fault", fault)
      write("active", active)
      write("detail", detail)
    case .log(let level, let source, let message):
      write("level", level)
      write("source", source)
      write("message", message)
    case .lost(let count): write("count", count)
    case .storage(let problem): write("problem", problem)
    case .alarm(let news):
      write("kind", news.kind)
      write("level", news.level)
      write("raised", news.isRaised)
      write("text", news.text)
      write("advice", news.advice)
    case .status(let part):
      write("version", part.version)
      write("part", part.index)
      write("parts", part.count)
      write("data", Base64.encode(part.bytes))
    case .worker(let report): report.write(fields: &write)
    }
  }
}

extension NodeDescription: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      network: try field("network"), client: try field("client"),
      genesisMilliseconds: try field("genesis_ms"), validators: try field("validators"),
      ownValidators: try field("own_validators"), committees: try field("committees"),
      simulated: try field("simulated"), policies: try field("policies"))
  }

  func write(fields write: inout JSONWriter) {
    write("network", network)
    write("client", client)
    write("genesis_ms", genesisMilliseconds)
    write("validators", validators)
    write("own_validators", ownValidators)
    write("committees", committees)
    write("simulated", simulated)
    write("policies", policies)
  }
}
