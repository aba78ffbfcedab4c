import Curses
import Dashboard
import DashboardApp
import Foundation
import NodeStatus
import ScreenDemo
import Terminal
import Theme

/// Opens the screen in a real terminal and ends in the asked way; tests look at what it leaves.
@main
struct ScreenChild {
  static func main() async {
    let options = Options(CommandLine.arguments.dropFirst())
    if let path = options["held"] {
      drawOnce(options, path)
      return
    }
    startFault(options)
    startHeartbeat(options)
    var settings = DashboardSettings(environment: ProcessInfo.processInfo.environment)
    settings.ownsNode = options["owns-node"] != nil
    settings.isReadOnly = options["read-only"] != nil
    settings.isASCII = options["ascii"] != nil
    settings.framesPerSecond = options["fps"].flatMap { Int($0) } ?? 10
    settings.theme = options["theme"] ?? settings.theme
    settings.colors = options["colors"].flatMap { .init(rawValue: $0) } ?? .auto
    do {
      let ending =
        if let path = options["flood"] {
          try await run(FloodSource(reportingTo: path), settings, options)
        } else if options["devnet"] != nil {
          try await run(DevnetSource(), settings, options)
        } else {
          try await run(
            DemoSource(fixedMilliseconds: options["at"].flatMap { UInt64($0) }),
            settings, options)
        }
      print("ended: \(ending) \(secret)")
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }

  /// Words that nobody can have seen before this process says them: those of the test, backwards.
  static var secret: String {
    String((ProcessInfo.processInfo.environment["SCREEN_WORDS"] ?? "").reversed())
  }

  static func run<Source: EventSource>(
    _ source: Source, _ settings: DashboardSettings, _ options: Options
  ) async throws -> DashboardEnding {
    let screen = Task {
      try await DashboardProgram.run(source, settings: settings) { order in
        FileHandle.standardOutput.write(Data("\(order.node): \(order.action)\n".utf8))
      }
    }
    if let path = options["report"] {
      try await Task.sleep(for: .seconds(1.5))
      let before = Usage.now
      try await Task.sleep(for: .seconds(options["seconds"].flatMap { Double($0) } ?? 5))
      try before.report().write(toFile: path, atomically: true, encoding: .utf8)
      screen.cancel()
    }
    return try await screen.value
  }

  /// Draws one frame through curses and writes down what curses then holds.
  static func drawOnce(_ options: Options, _ path: String) {
    do {
      let environment = ProcessInfo.processInfo.environment
      let colors = options["colors"].flatMap { TerminalSettings.ColorWish(rawValue: $0) } ?? .auto
      var session = try TerminalSession(
        TerminalSettings(colors: colors, environment: environment))
      let theme = ThemeLibrary.defaultTheme(depth: session.colorDepth)
      var source = DevnetSource()
      var fleet = FleetStatus()
      let batch = source.advance(to: 0)
      for event in batch.events { fleet.update(event) }
      var grid = Grid(session.size, theme[.text])
      fleet.draw(ViewState(), at: batch.nowMilliseconds, theme: theme, into: &grid)
      session.draw(grid)
      let isSame = session.held.seen == grid.seen
      try "\(isSame)\n\(session.held.lines.joined(separator: "\n"))\n"
        .write(toFile: path, atomically: true, encoding: .utf8)
      // What the terminal answers is no reason to leave.
      while !session.waitForInput(milliseconds: 1_000).contains(where: \.isEnd) {}
      print("last words of an orderly end")
    } catch {
      print("error: \(error)")
    }
  }

  static func startFault(_ options: Options) {
    guard let fault = options["fault"] else { return }
    // What is asked for first is done last: after the terminal has come back.
    if fault == "slow-exit" { atexit { Thread.sleep(forTimeInterval: 1) } }
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.8)
      if fault != "noise" { print("last words of \(fault) \(secret)") }
      switch fault {
      case "fatal": fatalError("chain invariant broken: head is not a descendant of finalized")
      case "overflow":
        let numbers = [UInt8.max]
        print(numbers[0] + UInt8(numbers.count))
      case "segv": UnsafeMutablePointer<Int>(bitPattern: 16)?.pointee = 1
      case "abort": abort()
      case "quit": kill(getpid(), SIGQUIT)
      case "exit", "slow-exit": exit(3)
      case "noise": makeNoise()
      case "recursion": print(depth(of: 0))
      case "recursion-in-queue": DispatchQueue.global().async { print(depth(of: 0)) }
      case "recursion-in-task": Task { print(depth(of: 0)) }
      default: break
      }
    }
  }

  /// Never returns; each call needs a frame of its own.
  @inline(never)
  static func depth(of level: Int) -> Int {
    var deeper = withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { bytes in
      bytes[level % bytes.count] = 1
      return depth(of: level + 1)
    }
    deeper += 1
    return deeper
  }

  /// Counts in a file, as a sign that the rest of the process goes on.
  static func startHeartbeat(_ options: Options) {
    guard let path = options["heartbeat"] else { return }
    Thread.detachNewThread {
      for beat in 0... {
        try? "\(beat)".write(toFile: path, atomically: true, encoding: .utf8)
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
  }

  static func makeNoise() {
    for number in 0..<noiseLines {
      print("library says hello \(number)")
      FileHandle.standardError.write(Data("library complains \(number)\n".utf8))
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// Lines of one kind that the noise makes, in eight seconds.
  private static let noiseLines = 400
}

extension InputEvent {
  fileprivate var isEnd: Bool {
    switch self {
    case .key, .ended: true
    case .mouse, .paste, .answer, .resized: false
    }
  }
}

/// Words behind `--name`.
struct Options {
  private var values: [String: String] = [:]

  init(_ arguments: some Sequence<String>) {
    var name: String?
    for argument in arguments {
      if argument.hasPrefix("--") {
        name = String(argument.dropFirst(2))
        values[name ?? ""] = ""
      } else if let open = name {
        values[open] = argument
        name = nil
      }
    }
  }

  subscript(name: String) -> String? { values[name] }
}

/// What the process has used.
struct Usage {
  let bytesWritten: Int
  let processorSeconds: Double
  let time: Date

  static var now: Usage {
    let io = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
    let written = io.split(separator: "\n").first { $0.hasPrefix("wchar: ") }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Usage(
      bytesWritten: written.flatMap { Int($0.dropFirst(7)) } ?? 0,
      processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), time: Date())
  }

  /// Bytes a second and the share of one core since this moment.
  func report() -> String {
    let now = Usage.now
    let seconds = now.time.timeIntervalSince(time)
    let bytes = Double(now.bytesWritten - bytesWritten) / seconds
    let share = (now.processorSeconds - processorSeconds) / seconds * 100
    return "\(bytes) \(share)\n"
  }
}
