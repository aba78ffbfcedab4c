internal import ChainEvents
internal import Curses
internal import Dashboard
private import Foundation
internal import NodeStatus
internal import Terminal
internal import Theme

/// The loop of one screen on its own thread: waits for keys and frames, and does what the core decides.
struct ScreenLoop<Source: EventSource>: ~Copyable {
  /// Milliseconds between two looks at the theme files.
  private static var reloadMilliseconds: UInt64 { 1_000 }
  /// Milliseconds that the first frame waits for what the terminal answers; a later answer changes
  /// the looks when it comes.
  private static var answerMilliseconds: UInt64 { 120 }
  /// Lines of other code's prints that one frame takes; more are counted.
  private static var printLimit: Int { 100 }

  private var session: TerminalSession
  private var core: DashboardCore
  private var source: Source
  private var themes: ThemeFiles
  private var pacer: FramePacer
  private var recorder: EventRecorder?
  private var nextReload: UInt64 = 0
  /// Whether the place of the cursor is still to come that tells the width of a glyph.
  private var awaitsWidth: Bool
  /// Whether the terminal says that it has a clipboard; most say nothing.
  private var hasClipboard = false
  private let settings: DashboardSettings
  private let act: @Sendable (OperatorOrder) -> Void
  private let isCancelled: @Sendable () -> Bool

  init(
    source: Source, settings: DashboardSettings,
    act: @escaping @Sendable (OperatorOrder) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let terminal = TerminalSettings(colors: settings.colors, environment: settings.environment)
    // The themes first: a mistake in one is told on an untouched terminal.
    _ = try ThemeFiles(
      wish: settings.theme, environment: settings.environment, depth: .trueColor)
    let session = try TerminalSession(terminal)
    var themes = try ThemeFiles(
      wish: settings.theme, environment: settings.environment, depth: session.colorDepth)
    if let isLight = terminal.hasLightGround { try themes.use(lightGround: isLight) }
    awaitsWidth = session.asksQuestions && !settings.isASCII && session.isUnicode
    var state = ViewState()
    state.isASCII = settings.isASCII || !session.isUnicode
    state.isReadOnly = settings.isReadOnly
    state.takesFaults = settings.takesFaults
    state.themeName = themes.name
    state.page = settings.page
    state.hiddenColumns = settings.hiddenColumns
    state.keymap = Keymap(settings.keys)
    state.thresholds = settings.thresholds
    state.isMouseOn = settings.isMouseOn
    if settings.isMouseOn { session.setMouse(true) }
    state.colorDepth = session.colorDepth
    core = DashboardCore(
      state: state, themeNames: themes.library.names, ownsNode: settings.ownsNode,
      ringsBell: settings.ringsBell, presets: settings.presets)
    self.source = source
    self.settings = settings
    self.act = act
    self.isCancelled = isCancelled
    self.themes = themes
    pacer = FramePacer(framesPerSecond: settings.framesPerSecond)
    self.session = session
  }

  /// Runs until the person, a signal or the caller ends it.
  mutating func run() -> DashboardEnding {
    var early = waitForAnswers()
    while !isCancelled() {
      let wait = early.isEmpty ? pacer.wait(from: Clocks.uptime) : 0
      let inputs = early + session.waitForInput(milliseconds: wait)
      early = []
      core.noteSize(session.size)
      core.letTimePass(to: Clocks.uptime)
      for input in inputs {
        if case .answer(let answer) = input { take(answer) }
        for effect in core.handle(input) {
          if let ending = perform(effect) { return finish(ending) }
        }
      }
      // A key is answered at once, a frame comes when it is due.
      if pacer.isDue(at: Clocks.uptime) || !inputs.isEmpty { showFrame() }
    }
    return finish(.quit)
  }

  /// What comes until the terminal has answered, or has had time to.
  private mutating func waitForAnswers() -> [InputEvent] {
    var inputs: [InputEvent] = []
    let end = Clocks.uptime + Self.answerMilliseconds
    while session.asksQuestions, !inputs.contains(where: \.isLastAnswer), Clocks.uptime < end {
      inputs += session.waitForInput(milliseconds: Int(end - min(end, Clocks.uptime)))
    }
    return inputs
  }

  private mutating func take(_ answer: TerminalAnswer) {
    switch answer {
    case .ground(let color):
      guard (try? themes.use(lightGround: color.isLight ?? false)) != nil else { return }
      core.noteTheme(themes.name)
    case .cursor(let column, _):
      if awaitsWidth, column > 1 { core.noteWideGlyphs() }
      awaitsWidth = false
    case .kind(let hasClipboard): self.hasClipboard = hasClipboard
    }
  }

  private mutating func showFrame() {
    let uptime = Clocks.uptime
    let batch = source.advance(to: Clocks.wall)
    let effects = core.update(batch, replay: source.replay, uptimeMilliseconds: uptime)
    core.log(session.takeCapturedLines(), limit: Self.printLimit)
    record(batch.events)
    if uptime >= nextReload {
      nextReload = uptime + Self.reloadMilliseconds
      reloadThemes()
    }
    session.draw(core.draw(session.size, themes.theme))
    for effect in effects { _ = perform(effect) }
  }

  private mutating func finish(_ ending: DashboardEnding) -> DashboardEnding {
    recorder?.close()
    return ending
  }

  /// Does one thing; returns how the screen ends when that was it.
  private mutating func perform(_ effect: ScreenEffect) -> DashboardEnding? {
    switch effect {
    case .end(let ending): return ending
    case .act(let order): act(order)
    case .saveScreenshot: saveScreenshot()
    case .toggleRecording: toggleRecording()
    case .write(let text, let kind, let suffix): save(text, kind: kind, suffix: suffix)
    case .copy(let text): copy(text)
    case .setMouse(let isOn): session.setMouse(isOn)
    case .repaint: session.repaint()
    case .suspend: suspend()
    case .useTheme(let name): useTheme(name)
    case .control(let wish): source.control(wish)
    case .ring(let text): session.ring(text)
    case .title(let text): session.setTitle(text)
    }
    return nil
  }

  /// Says what is known of the clipboard, and the text, which a person can select.
  private mutating func copy(_ text: String) {
    guard session.asksQuestions else {
      return core.tell("a console has no clipboard: \(text)", .warning)
    }
    session.copy(text)
    core.tell(
      hasClipboard ? "copied \(text)" : "sent to the terminal's clipboard, if it has one: \(text)")
  }

  private mutating func suspend() {
    let start = Clocks.uptime
    session.suspend()
    core.noteSuspension(milliseconds: Clocks.uptime - start)
  }

  private mutating func saveScreenshot() {
    let grid = core.draw(session.size, themes.theme)
    do {
      let prefix = try OutputFiles.save(
        Screenshot(grid, paper: themes.theme.paper), json: core.shownFleet.json,
        prefix: "\(settings.screenshotFolder)/\(core.fileName("screen"))")
      core.tell("screenshot \(prefix).{txt,ansi,svg,json}")
    } catch {
      core.tell("\(error)", .critical)
    }
  }

  private mutating func save(_ text: String, kind: String, suffix: String) {
    do {
      let path = try OutputFiles.save(
        text, folder: settings.recordingFolder, name: core.fileName(kind), suffix: suffix)
      core.tell("wrote \(path)")
    } catch {
      core.tell("\(error)", .critical)
    }
  }

  private mutating func toggleRecording() {
    if let recorder {
      recorder.close()
      core.tell("recorded \(recorder.path)")
      self.recorder = nil
    } else {
      do {
        let recorder = try EventRecorder(
          folder: settings.recordingFolder, name: core.fileName("events"),
          prelude: core.history.live.prelude)
        self.recorder = recorder
        core.tell("recording \(recorder.path)")
      } catch {
        core.tell("\(error)", .critical)
      }
    }
    core.noteRecording(recorder?.path)
  }

  private mutating func record(_ events: [TimedEvent]) {
    do {
      try recorder?.add(events)
    } catch {
      core.tell("\(error)", .critical)
      recorder?.close()
      recorder = nil
      core.noteRecording(nil)
    }
  }

  private mutating func useTheme(_ name: String) {
    do {
      try themes.use(name)
      core.noteTheme(name)
      core.tell("theme \(themes.theme.title)")
    } catch {
      core.tell("\(error)", .critical)
    }
  }

  private mutating func reloadThemes() {
    do {
      if try themes.reload() {
        core.themeNames = themes.library.names
        core.tell("theme \(themes.name) read again")
      }
    } catch {
      core.tell("\(error)", .critical)
    }
  }
}

extension InputEvent {
  /// Whether no answer comes after this one.
  fileprivate var isLastAnswer: Bool {
    if case .answer(.kind) = self { true } else { false }
  }
}

/// The clocks of the shell.
enum Clocks {
  /// Milliseconds since 1970, which may step.
  static var wall: UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1_000)) }

  /// Milliseconds of a clock that never steps.
  static var uptime: UInt64 { UInt64(ProcessInfo.processInfo.systemUptime * 1_000) }
}
