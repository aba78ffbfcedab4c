internal import CCurses
internal import ChainEvents
package import Terminal

/// The terminal while a program has it: draws grids, reads keys, and gives it back on every exit.
///
/// One session for one process, used by one thread; only ``wake()`` and ``abandon()`` are for all threads.
/// While it lives, standard output and error are captured: see ``takeCapturedLines()``.
/// A crash, a signal and `exit` in a library restore the terminal too, and then show the last words.
package struct TerminalSession: ~Copyable {
  /// Bytes of one read; the rest of a large paste waits for the next.
  private static let readSize = 4_096
  /// Changed cells that surely fit into the 2,800 bytes of one write of curses.
  private static let smallFrame = 128

  /// What the terminal shows, so that only changes are sent.
  private var shown: Grid
  private var styles = StyleTable()
  /// The style of the last cell that was sent.
  private var pen = Style.plain
  private var captured = LineSplitter()
  private var parser = InputParser()

  /// Colours that the session draws; richer ones are reduced.
  package let colorDepth: ColorDepth
  /// Whether the terminal takes more than ASCII.
  package let isUnicode: Bool
  /// Whether the terminal was asked for its ground and the width of a glyph, at the left edge: the
  /// answers are inputs, of which ``TerminalAnswer/kind`` is the last.
  package let asksQuestions: Bool

  /// Takes the terminal.
  ///
  /// - Parameter settings: What the caller and the environment wish.
  /// - Throws: ``TerminalError`` when there is no terminal or nobody knows its kind.
  package init(_ settings: TerminalSettings) throws(TerminalError) {
    var opened = TERMINAL_UNKNOWN
    for name in settings.terminalNames where opened == TERMINAL_UNKNOWN {
      opened = terminal_open(name)
    }
    switch opened {
    case TERMINAL_OPENED: break
    case TERMINAL_NO_TTY: throw .noTerminal
    default: throw .unknownTerminal(settings.terminalNames.last ?? "")
    }
    colorDepth = settings.depth(colors: Int(terminal_colors()))
    isUnicode = terminal_is_utf8()
    shown = Grid(TerminalSession.currentSize)
    asksQuestions = settings.answersQuestions
    if asksQuestions { terminal_send(Self.questions, Self.questions.utf8.count) }
  }

  /// Asks for the ground (OSC 11), for the width of a glyph of ours by the place of the cursor after
  /// it, and for the kind, whose answer comes last; then the glyph is gone again.
  private static let questions =
    "\u{1B}]11;?\u{1B}\\\u{1B}7\u{1B}[1;1H\(probe)\u{1B}[6n\u{1B}[1;1H\u{1B}[2K\u{1B}8\u{1B}[c"
  /// A glyph of one column that some terminals draw over two (East Asian ambiguous).
  private static let probe = "●"

  deinit {
    terminal_close()
  }

  /// Columns and rows now.
  package var size: Size { TerminalSession.currentSize }

  /// Makes ``waitForInput(milliseconds:)`` return; for any thread, also when there is no session.
  package static func wake() {
    terminal_wake()
  }

  /// Gives the terminal back while its thread waits for it in vain; for any thread.
  package static func abandon() {
    terminal_abandon()
  }

  /// Shows a grid by sending what differs from the last; sends nothing when nothing does.
  package mutating func draw(_ grid: Grid) {
    let changes = grid.changes(since: shown).joinedOverBlanks(in: grid)
    guard !changes.isEmpty else { return }
    if grid.size != shown.size { terminal_erase() }
    var cells: [terminal_cell] = []
    var count = 0
    for run in changes {
      cells.removeAll(keepingCapacity: true)
      for cell in grid.row(run.row).dropFirst(run.columns.lowerBound).prefix(run.columns.count) {
        // A space in the style of its neighbour looks the same and needs no change of colours.
        if !cell.isBlank || !pen.isBlank(on: cell.style.background) { pen = cell.style }
        cells.append(styles.terminalCell(cell, in: pen, depth: colorDepth))
      }
      terminal_put(
        Int32(run.row), Int32(run.columns.lowerBound), cells, Int32(cells.count))
      count += cells.count
    }
    terminal_flush(count > TerminalSession.smallFrame)
    shown = grid
  }

  /// Waits for input, a signal or a wake, at most so long, and tells what came.
  package mutating func waitForInput(milliseconds: Int) -> [InputEvent] {
    let uptime = terminal_uptime()
    let wait = parser.deadline.map { min(milliseconds, Int($0 - min($0, uptime))) } ?? milliseconds
    let bits = Int(terminal_wait(Int32(clamping: max(wait, 0))))
    func has(_ bit: Int) -> Bool { bits & bit != 0 }
    var events: [InputEvent] = []
    if has(TERMINAL_TERMINATE) { events.append(.ended(.signal(terminal_end_signal()))) }
    if has(TERMINAL_LOST) { events.append(.ended(.terminalLost)) }
    if has(TERMINAL_RESIZED) {
      terminal_resize()
      // Curses has cut or padded what it held, so nothing of it counts as shown.
      shown = Grid(Size(columns: 0, rows: 0))
      events.append(.resized(size))
    }
    if has(TERMINAL_INTERRUPT) { events.append(.key(.control("c"))) }
    if has(TERMINAL_STOP) { events.append(.key(.control("z"))) }
    var bytes = [UInt8](repeating: 0, count: has(TERMINAL_INPUT) ? TerminalSession.readSize : 0)
    let count = terminal_read(&bytes, bytes.count)
    return events + parser.add(Array(bytes.prefix(count)), at: terminal_uptime())
  }

  /// Sends the next frame whole.
  package func repaint() {
    terminal_repaint()
    terminal_flush(true)
  }

  /// Gives the terminal back, stops the process, and takes the terminal again after `fg`.
  package mutating func suspend() {
    terminal_suspend()
    shown = Grid(Size(columns: 0, rows: 0))
  }

  /// Switches reports of the mouse; while they are on, the terminal's own selection needs Shift.
  package func setMouse(_ isOn: Bool) {
    terminal_mouse(isOn)
  }

  /// Puts text into the clipboard, where the terminal allows it (OSC 52).
  package func copy(_ text: String) {
    let sequence = "\u{1B}]52;c;\(Base64.encode(Array(text.utf8)))\u{1B}\\"
    terminal_send(sequence, sequence.utf8.count)
  }

  /// Titles the window, where the terminal has one; the title of before comes back at the end.
  package func setTitle(_ text: String) {
    if asksQuestions { terminal_title(Self.plain(text)) }
  }

  /// Rings the bell and, where the terminal knows OSC 9, notifies with a sentence.
  package func ring(_ text: String) {
    let sequence = "\u{1B}]9;\(Self.plain(text))\u{1B}\\\u{7}"
    terminal_send(sequence, sequence.utf8.count)
  }

  /// A text without control characters, which would end its sequence and leave the rest to be keys.
  private static func plain(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    return String(String.UnicodeScalarView(kept))
  }

  /// Whole lines that other code has printed since the last call.
  package mutating func takeCapturedLines() -> [String] {
    guard terminal_has_captured() else { return [] }
    var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
    let count = buffer.withUnsafeMutableBytes { bytes in
      terminal_captured(bytes.baseAddress, bytes.count)
    }
    return captured.add(buffer.prefix(count))
  }

  /// The screen as curses holds it, for tests: what is seen is what was drawn.
  package var held: Grid {
    var grid = Grid(size)
    for row in 0..<grid.size.rows {
      for column in 0..<grid.size.columns {
        var cell = terminal_cell()
        guard terminal_get(Int32(row), Int32(column), &cell), cell.glyph != 0,
          let glyph = Unicode.Scalar(cell.glyph)
        else { continue }
        if grid[column: column, row: row]?.isRightHalf == true { continue }
        grid.put(Cell(glyph, Style(cell)), at: column, row)
      }
    }
    return grid
  }

  private static var currentSize: Size {
    var rows: Int32 = 0
    var columns: Int32 = 0
    terminal_size(&rows, &columns)
    return Size(columns: Int(columns), rows: Int(rows))
  }
}
