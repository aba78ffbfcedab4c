import CCurses
import Curses
import Terminal
import Testing

struct CursesTests {
  @Test func `our widths are the C library's`() {
    var different: [String] = []
    for value in UInt32(0x20)..<0x11_0000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let width = terminal_width(value)
      // Where the C library knows no width, the driver draws a question mark.
      guard width > 0 else { continue }
      let ours = DisplayWidth.of(scalar)
      // Marks are left out by us, whatever room the C library would give them.
      if ours != width, ours != 0 { different.append("U+\(String(value, radix: 16)): \(width)") }
    }
    #expect(different == [])
  }

  @Test func `red, green and blue need a terminal that says so or a person who does`() {
    func names(
      _ environment: [String: String], _ wish: TerminalSettings.ColorWish = .auto
    )
      -> [String]
    {
      TerminalSettings(colors: wish, environment: environment).terminalNames
    }
    let xterm = ["TERM": "xterm-256color"]
    let direct = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
    #expect(names(xterm) == ["xterm-256color", "xterm"])
    #expect(names(direct) == ["xterm-direct", "xterm-256color", "xterm"])
    #expect(names(xterm, .trueColor) == ["xterm-direct", "xterm-256color", "xterm"])
    #expect(names(direct, .palette256) == ["xterm-256color", "xterm"])
    #expect(
      names(["TERM": "tmux-256color"], .trueColor) == ["tmux-direct", "tmux-256color", "tmux"])
    #expect(names(["TERM": "vt100"], .trueColor) == ["vt100", "vt100"])
    #expect(names([:]) == [""])
  }

  @Test(arguments: [
    ("15;0", false), ("0;15", true), ("0;default;7", true), ("7;8", false), ("0;16", nil),
    ("x", nil), ("", nil), ("0;default", nil),
  ])
  func `the ground may be told by the environment`(text: String, isLight: Bool?) {
    #expect(TerminalSettings(environment: ["COLORFGBG": text]).hasLightGround == isLight)
  }

  @Test func `a terminal that cannot place text is none for a screen`() {
    #expect(!TerminalSettings(environment: [:]).canDraw)
    #expect(!TerminalSettings(environment: ["TERM": "dumb"]).canDraw)
    #expect(TerminalSettings(environment: ["TERM": "linux"]).canDraw)
  }

  @Test func `the depth is what the terminal has, unless told less`() {
    func depth(
      _ colors: Int, _ wish: TerminalSettings.ColorWish = .auto, no: String = ""
    )
      -> ColorDepth
    {
      TerminalSettings(colors: wish, environment: ["NO_COLOR": no]).depth(colors: colors)
    }
    #expect(depth(0) == .none)
    #expect(depth(8) == .ansi8)
    #expect(depth(16) == .ansi16)
    #expect(depth(88) == .ansi16)
    #expect(depth(256) == .palette256)
    #expect(depth(1 << 24) == .trueColor)
    #expect(depth(256, no: "1") == .none)
    #expect(depth(256, .palette256, no: "1") == .palette256)
    #expect(depth(256, .ansi16) == .ansi16)
    #expect(depth(8, .palette256) == .ansi8)
    #expect(depth(256, .ansi8) == .ansi8)
    #expect(depth(256, .none) == .none)
  }
}
