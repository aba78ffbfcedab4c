internal import Foundation

/// What a screen of 120x36 at ten frames a second costs, seen from its terminal.
struct ScreenFigures {
  private static let framesPerSecond = 10.0
  /// Seconds from the start to the first measured frame.
  private static let settling = 2.0
  private static let quiet = 10.0
  /// Seconds until the screen must be open.
  private static let opening = 60.0

  let folder: URL

  func figures() throws -> [Figure] {
    try measure([]) { process, terminal, times in
      let quiet = try quietFigures(of: process, terminal)
      // The page of events has room for all marks that come between two frames.
      terminal.write("6")
      let marking = Double(ScreenProbe.marks * ScreenProbe.markMilliseconds) / 1e3
      terminal.read(seconds: ScreenProbe.quietSeconds - Self.settling - Self.quiet + marking + 1.5)
      return try quiet + latencies(terminal, times)
    }
  }

  /// The overview of one node of a large network, and its page of peers.
  func largeFigures() throws -> [Figure] {
    try measure([ScreenProbe.large]) { process, terminal, _ in
      let overview = try share(of: process, terminal)
      terminal.write("4")
      terminal.read(seconds: 1)
      let peers = try share(of: process, terminal)
      let network =
        "with \(ScreenProbe.largePeers) peers and \(ScreenProbe.largeVoters) validators"
      return [
        Figure("share of a core \(network)", overview.percent, "%", goal: 1.5),
        Figure("share of a core \(network), page of peers", peers.percent, "%", goal: 1.5),
        Figure("bytes of a frame \(network)", overview.bytes, "B", goal: 700),
      ]
    }
  }

  /// Runs the screen in a process of its own until all is measured.
  private func measure(
    _ arguments: [String], _ body: (pid_t, ReadTerminal, URL) throws -> [Figure]
  ) throws -> [Figure] {
    let times = folder.appending(path: "marks")
    let terminal = try ReadTerminal(columns: 120, rows: 36)
    let process = Process()
    process.executableURL = DashboardSuite.program
    process.arguments = [times.path] + arguments
    process.environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder.path,
    ]
    process.currentDirectoryURL = folder
    process.standardInput = terminal.child
    process.standardOutput = terminal.child
    process.standardError = terminal.child
    try process.run()
    defer {
      process.terminate()
      terminal.read(seconds: 1)
      process.waitUntilExit()
    }
    // Making up a large network takes seconds, in which the screen is not open yet.
    let end = Stopwatch.milliseconds + Self.opening * 1e3
    while terminal.byteCount == 0, Stopwatch.milliseconds < end { terminal.read(seconds: 0.1) }
    terminal.read(seconds: Self.settling)
    return try body(process.processIdentifier, terminal, times)
  }

  private func share(
    of process: pid_t, _ terminal: ReadTerminal
  ) throws -> (percent: Double, bytes: Double) {
    let before = try Usage(process)
    terminal.byteCount = 0
    terminal.read(seconds: Self.quiet)
    let after = try Usage(process)
    let frames = (after.time - before.time) / 1e3 * Self.framesPerSecond
    return (
      (after.computed - before.computed) / (after.time - before.time) * 100,
      Double(terminal.byteCount) / frames
    )
  }

  private func quietFigures(of process: pid_t, _ terminal: ReadTerminal) throws -> [Figure] {
    let before = try Usage(process)
    terminal.byteCount = 0
    terminal.read(seconds: Self.quiet)
    let after = try Usage(process)
    let seconds = (after.time - before.time) / 1e3
    let frames = seconds * Self.framesPerSecond
    return [
      Figure(
        "share of a core", (after.computed - before.computed) / (after.time - before.time) * 100,
        "%", goal: 1),
      Figure("bytes of a frame", Double(terminal.byteCount) / frames, "B", goal: 700),
      Figure("writes of a frame", Double(after.writes - before.writes) / frames, "", goal: 3),
    ]
  }

  private func latencies(_ terminal: ReadTerminal, _ times: URL) throws -> [Figure] {
    let emitted = try String(contentsOf: times, encoding: .utf8)
      .split(separator: "\n").compactMap { Double($0) }
    guard emitted.count == ScreenProbe.marks else { throw BenchmarkFailure("marks are missing") }
    let latencies = emitted.enumerated().compactMap { mark, time in
      terminal.arrivals[mark].map { $0 - time }
    }.sorted()
    guard latencies.count == emitted.count, let worst = latencies.last else {
      throw BenchmarkFailure("\(emitted.count - latencies.count) marks never came to the screen")
    }
    return [
      Figure("event to glyph, middle", latencies[latencies.count / 2], "ms"),
      Figure("event to glyph, of 99 %", latencies[latencies.count * 99 / 100], "ms"),
      Figure("event to glyph, worst", worst, "ms", goal: 150),
    ]
  }
}

/// What a process has used at a moment.
private struct Usage {
  let time = Stopwatch.milliseconds
  let computed: Double
  let writes: Int

  init(_ process: pid_t) throws {
    let counters = try String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8)
    let line = counters.split(separator: "\n").first { $0.hasPrefix("syscw: ") }
    guard let writes = line.flatMap({ Int($0.dropFirst(7)) }),
      let computed = Stopwatch.computed(by: process)
    else { throw BenchmarkFailure("the screen has ended early") }
    self.writes = writes
    self.computed = computed
  }
}

/// A terminal whose other end is this process: it counts bytes and looks for marks.
private final class ReadTerminal {
  /// The end for the screen.
  let child: FileHandle
  var byteCount = 0
  /// When the glyph of each mark first came.
  private(set) var arrivals: [Int: Double] = [:]
  private let master: Int32
  /// The last bytes of the read before, since a glyph may be cut.
  private var rest: [UInt8] = []

  init(columns: UInt16, rows: UInt16) throws {
    var master: Int32 = -1
    var descriptor: Int32 = -1
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &descriptor, nil, nil, &size) == 0 else {
      throw BenchmarkFailure("no pseudo terminal can be opened")
    }
    self.master = master
    child = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    close(master)
  }

  func write(_ keys: String) {
    _ = keys.withCString { Foundation.write(master, $0, strlen($0)) }
  }

  /// Takes what comes for so long.
  func read(seconds: Double) {
    let end = Stopwatch.milliseconds + seconds * 1e3
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let left = end - Stopwatch.milliseconds, left > 0 {
      var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, Int32(left) + 1) > 0 else { continue }
      let count = Foundation.read(master, &buffer, buffer.count)
      guard count > 0 else { return }
      byteCount += count
      look(for: rest + buffer[..<count], at: Stopwatch.milliseconds)
    }
  }

  private func look(for bytes: [UInt8], at time: Double) {
    for index in bytes.indices.dropLast(2) where bytes[index] & 0xF0 == 0xE0 {
      let value =
        UInt32(bytes[index] & 0x0F) << 12 | UInt32(bytes[index + 1] & 0x3F) << 6
        | UInt32(bytes[index + 2] & 0x3F)
      guard let first = ScreenProbe.glyph(0)?.value, value >= first else { continue }
      let mark = Int(value - first)
      if mark < ScreenProbe.marks, arrivals[mark] == nil { arrivals[mark] = time }
    }
    rest = Array(bytes.suffix(2))
  }
}
