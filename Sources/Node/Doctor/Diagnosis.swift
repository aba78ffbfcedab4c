private import Hashing

/// Findings from facts, with the limits that they are judged by.
package enum Diagnosis {
  /// An eighth of an interval: duties of clocks further apart begin to miss each other.
  static let clockOffsetMicroseconds: Int64 = 100_000

  /// Half a slot: with more, nobody can say in which interval we are.
  static let clockErrorMicroseconds: Int64 = 2_000_000

  /// What an observer of a small network uses, with room for a state of many validators.
  static let memoryBytes: UInt64 = 1 << 30

  /// Below this the chain database of a day may not fit.
  static let fewDiskBytes: UInt64 = 10 << 30

  /// Below this the journal may soon have no room, and duties are forfeited.
  static let leastDiskBytes: UInt64 = 1 << 30

  /// Files of a validator's two keys, and those of databases, sockets and logs.
  static let filesPerValidator = 6, otherFiles = 512

  /// What the node asks of the system for its one UDP socket.
  static let bufferBytes: UInt64 = 4 << 20

  /// The smallest screen with every panel of the overview.
  static let screen = (columns: 80, rows: 24)

  /// What is found on a machine on which a node of so many validators runs.
  package static func findings(_ machine: MachineFacts, validators: Int = 0) -> [Finding] {
    [
      processor(machine), memory(machine.memoryBytes), clock(machine.clock),
      openFiles(machine.openFiles, validators), buffers(machine), terminal(machine.terminal),
    ]
  }

  private static func processor(_ machine: MachineFacts) -> Finding {
    let all = machine.kernels.map(\.rawValue).joined(separator: ", ")
    let cores = machine.processors.map { "\($0) \($0 == 1 ? "processor" : "processors")" } ?? ""
    let text = "\(cores), hash kernel \(machine.kernel.rawValue) of \(all)"
    if machine.kernel == .portable {
      return Finding(
        .processor, .problem,
        "\(text): without vector instructions signatures take many times longer; unset "
          + "\(InstructionSet.variable), or take a machine with SSE4.1 or NEON")
    }
    if machine.kernel != machine.kernels.first {
      return Finding(
        .processor, .notice, "\(text): \(InstructionSet.variable) asks for a slower one")
    }
    if machine.processors == 1 {
      return Finding(
        .processor, .notice, "\(text): proofs and the screen share it; two are better")
    }
    return Finding(.processor, .good, text)
  }

  private static func memory(_ bytes: UInt64?) -> Finding {
    guard let bytes else { return Finding(.memory, .unknown, "the system does not say") }
    guard bytes >= memoryBytes else {
      return Finding(.memory, .notice, "\(size(bytes)); \(size(memoryBytes)) or more are better")
    }
    return Finding(.memory, .good, size(bytes))
  }

  private static func clock(_ clock: MachineFacts.Clock?) -> Finding {
    guard let clock else { return Finding(.clock, .unknown, "the kernel does not say") }
    guard clock.isSynchronized else {
      return Finding(
        .clock, .problem,
        "nobody keeps it: install chrony or systemd-timesyncd; a clock that drifts misses duties")
    }
    let offset = clock.offsetMicroseconds.magnitude
    let text =
      "kept, with \(offset / 1000) ms to correct and an error below "
      + "\(clock.maximumErrorMicroseconds / 1000) ms"
    if offset > clockOffsetMicroseconds {
      return Finding(
        .clock, .problem, "\(text): more than an eighth of an interval; wait or step it")
    }
    if clock.maximumErrorMicroseconds > clockErrorMicroseconds {
      return Finding(.clock, .notice, "\(text): its servers were not heard for long")
    }
    return Finding(.clock, .good, text)
  }

  private static func openFiles(_ limit: UInt64?, _ validators: Int) -> Finding {
    guard let limit else { return Finding(.openFiles, .unknown, "the system does not say") }
    let needed = UInt64(filesPerValidator * validators + otherFiles)
    guard limit >= needed else {
      return Finding(
        .openFiles, .problem,
        "\(limit) allowed, \(needed) needed: raise it with ulimit -n or LimitNOFILE=")
    }
    return Finding(.openFiles, .good, "\(limit) allowed, \(needed) needed")
  }

  private static func buffers(_ machine: MachineFacts) -> Finding {
    guard let receive = machine.receiveBufferBytes, let send = machine.sendBufferBytes else {
      return Finding(.buffers, .unknown, "the system does not say")
    }
    let text = "receive \(size(receive)), send \(size(send)) allowed, \(size(bufferBytes)) wanted"
    guard min(receive, send) >= bufferBytes else {
      return Finding(
        .buffers, .notice,
        "\(text); bursts may be lost: sysctl -w net.core.rmem_max=\(bufferBytes) "
          + "net.core.wmem_max=\(bufferBytes)")
    }
    return Finding(.buffers, .good, text)
  }

  private static func terminal(_ terminal: MachineFacts.Terminal?) -> Finding {
    guard let terminal else {
      return Finding(.terminal, .good, "none here: a node prints lines; swiftlet watch attaches")
    }
    let text = "\(terminal.name), \(terminal.columns)x\(terminal.rows)"
    if terminal.name.isEmpty || terminal.name == "dumb" {
      return Finding(
        .terminal, .notice, "'\(terminal.name)' cannot draw: set TERM, as xterm-256color")
    }
    if terminal.columns < screen.columns || terminal.rows < screen.rows {
      return Finding(
        .terminal, .notice,
        "\(text): panels are left out below \(screen.columns)x\(screen.rows)")
    }
    guard terminal.isUTF8 else {
      return Finding(
        .terminal, .notice, "\(text), no UTF-8: drawn in ASCII; set LANG, as C.UTF-8")
    }
    return Finding(.terminal, .good, "\(text), UTF-8")
  }

  /// A number of bytes for people.
  static func size(_ bytes: UInt64) -> String {
    switch bytes {
    case (10 << 30)...: "\(bytes >> 30) GiB"
    case (1 << 30)...: "\(tenths(bytes, 1 << 30)) GiB"
    case (1 << 20)...: "\(tenths(bytes, 1 << 20)) MiB"
    default: "\(bytes >> 10) KiB"
    }
  }

  private static func tenths(_ bytes: UInt64, _ unit: UInt64) -> String {
    "\(bytes / unit).\(bytes % unit * 10 / unit)"
  }
}
