import Terminal
import Testing
import Theme

struct ThemeParserTests {
  private func library(_ text: String) -> ThemeLibrary {
    var library = ThemeLibrary()
    library.add(name: "mine", file: "mine.yaml", text: text)
    return library
  }

  private func refusal(_ text: String) -> String {
    do {
      _ = try library(text).definition(named: "mine")
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test func `a theme gives roles, stand-ins for fewer colours and attributes`() throws {
    let library = library(
      """
      name: Mine
      background: "#101010 256:233"
      colors:
        leaf: "#34b27b 256:35 16:2"
      roles:
        hit: leaf bold
        alarm: "#ffffff underline on #a00000 256:124"
      """)
    let theme = try library.theme(named: "mine", depth: .trueColor)
    #expect(theme.title == "Mine")
    #expect(theme[.hit] == Style(.rgb(0x34B27B), on: .rgb(0x101010), .bold))
    #expect(theme[.alarm] == Style(.rgb(0xFFFFFF), on: .rgb(0xA00000), .underline))
    let fewer = try library.theme(named: "mine", depth: .palette256)
    #expect(fewer[.hit] == Style(.palette(35), on: .palette(233), .bold))
    #expect(fewer[.alarm].background == .palette(124))
    let few = try library.theme(named: "mine", depth: .ansi16)
    #expect(few[.hit].foreground == .palette(2))
    let none = try library.theme(named: "mine", depth: .none)
    #expect(none[.hit] == Style(.terminalDefault, .bold))
    #expect(none[.alarm] == Style(.terminalDefault, [.underline, .reverse]))
  }

  @Test func `a role that nobody names looks like the role that stands in for it`() throws {
    let theme = try library("roles:\n  accent: \"#123456\"").theme(
      named: "mine", depth: .trueColor)
    #expect(theme[.laneMerge].foreground == .rgb(0x123456))
    #expect(theme[.missed].foreground == .terminalDefault)
  }

  @Test func `a child changes what it names and keeps the rest, also its parent's colours`() throws
  {
    let library = library(
      """
      inherits: midnight
      colors:
        green: "#00ff00"
      roles:
        hit: sky underline
        ok: green
      """)
    let mine = try library.theme(named: "mine", depth: .trueColor)
    let midnight = try library.theme(named: "midnight", depth: .trueColor)
    #expect(mine[.hit] == Style(midnight[.accent].foreground, .underline))
    #expect(mine[.ok].foreground == .rgb(0x00FF00))
    #expect(mine[.lanePublish] == midnight[.lanePublish])
  }

  @Test func `every mistake is refused with its file and line`() {
    #expect(
      refusal("roles:\n  hitt: bold") == "mine.yaml:2: no role 'hitt'; did you mean 'hit'?")
    #expect(refusal("name: x\ncolour: y").hasPrefix("mine.yaml:2: no setting 'colour'"))
    #expect(refusal("roles:\n  hit: \"#12345\"").hasPrefix("mine.yaml:2: '#12345' is neither"))
    #expect(refusal("roles:\n  hit: \"#12345g\"").hasPrefix("mine.yaml:2: '#12345g' is neither"))
    #expect(refusal("roles:\n  hit: 16:16").hasPrefix("mine.yaml:2: '16:16' is neither"))
    #expect(refusal("roles:\n  hit: 256:256").hasPrefix("mine.yaml:2: '256:256' is neither"))
    #expect(
      refusal("roles:\n  hit: bold on") == "mine.yaml:2: expected a colour after `on`")
    #expect(
      refusal("roles:\n  hit: #123456")
        == "mine.yaml:2: expected a style; put quotes around a value with #")
    #expect(
      refusal("roles:\n  hit: \"#123456 #123456\"").hasPrefix("mine.yaml:2: '#123456' is neither"))
    #expect(
      refusal("paper: \"#ffffff\"") == "mine.yaml:1: expected two colours: \"#rrggbb on #rrggbb\"")
    #expect(refusal("roles: 3") == "mine.yaml:1: expected roles with styles")
    #expect(refusal("") == "mine.yaml:1: expected `name:` and `roles:`")
    #expect(refusal("a: [").hasPrefix("mine.yaml:2: not YAML: "))
    #expect(refusal("roles:\n  hit: bold\n  hit: dim").hasPrefix("mine.yaml"))
    #expect(
      refusal("inherits: nobody")
        == "mine.yaml:1: no theme 'nobody'; known: midnight, daylight, okabe, high-contrast, mono, mine"
    )
    #expect(refusal("inherits: mine") == "mine.yaml:1: inherits itself: mine → mine")
    #expect(
      refusal(String(repeating: "#", count: 70_000))
        == "mine.yaml: 70000 bytes are more than the limit of 65536")
  }

  @Test func `a mistake in a parent names the parent's file`() {
    var library = library("inherits: base")
    library.add(name: "base", file: "base.yaml", text: "roles:\n  hit: leaf")
    #expect(throws: ThemeError.self) { try library.definition(named: "mine") }
    do {
      _ = try library.definition(named: "mine")
    } catch {
      #expect(error.description.hasPrefix("base.yaml:2: 'leaf' is neither"))
    }
  }

  @Test func `a changed text is noticed and an unchanged one is not`() {
    var library = ThemeLibrary()
    func add(_ text: String) -> Bool { library.add(name: "zebra", file: "z", text: text) }
    #expect(add("name: Z") == true)
    #expect(add("name: Z") == false)
    #expect(add("name: Y") == true)
    library.add(name: "ant", file: "a", text: "name: A")
    #expect(
      library.names
        == ["midnight", "daylight", "okabe", "high-contrast", "mono", "ant", "zebra"])
  }
}
