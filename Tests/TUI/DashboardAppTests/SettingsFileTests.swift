import Curses
import Dashboard
import DashboardApp
import NodeStatus
import Terminal
import Testing

struct SettingsFileTests {
  private func settings(_ text: String) throws -> DashboardSettings {
    try SettingsFile.settings(text, file: "dashboard.yaml", environment: [:])
  }

  private func refusal(_ text: String) -> String {
    do {
      _ = try settings(text)
      return "taken"
    } catch {
      return "\(error)"
    }
  }

  @Test func `a file says what every screen begins with`() throws {
    let settings = try settings(
      """
      theme: okabe
      page: events
      fps: 5
      colors: 256
      ascii: true
      bell: true
      mouse: true
      columns:
        peers: [client, rtt ms, lag]
        chain: []
      keys: {X: A, F5: ^L, Z: space}
      thresholds: {finalized_lag: [8, 40], key_slots: [900000, 4000]}
      presets: ["level>=WRN", peer -zeam]
      """)
    #expect(settings.theme == "okabe" && settings.page == .events)
    #expect(settings.framesPerSecond == 5 && settings.colors == .palette256)
    #expect(settings.isASCII && settings.ringsBell && settings.isMouseOn)
    let left = Page.peers.optionalColumns.filter {
      settings.hiddenColumns[.peers]?.contains($0) == false
    }
    #expect(left == ["client", "rtt ms", "lag"])
    #expect(settings.hiddenColumns[.chain] == Set(Page.chain.optionalColumns))
    #expect(
      settings.keys == [
        .character("X"): .character("A"), .function(5): .control("l"),
        .character("Z"): .character(" "),
      ])
    #expect(settings.presets == ["level>=WRN", "peer -zeam"])
    #expect(settings.thresholds[.finalizedLag] == ThresholdLevels(8, 40))
    #expect(settings.thresholds[.keySlots] == ThresholdLevels(900_000, 4_000))
    #expect(settings.thresholds[.clock] == Threshold.clock.levels)
  }

  @Test(arguments: ["", "{}", "# nothing\n"])
  func `an empty file wishes for nothing`(text: String) throws {
    let usual = SettingsFile.text(of: DashboardSettings(environment: [:]))
    #expect(SettingsFile.text(of: try settings(text)) == usual)
  }

  @Test(arguments: [
    ("theme: a\nthemes: b", "dashboard.yaml:2: no setting 'themes'; did you mean 'theme'?"),
    ("page: evnts", "dashboard.yaml:1: no choice 'evnts'; did you mean 'events'?"),
    ("fps: 0", "dashboard.yaml:1: expected a number from 1 to 60"),
    ("ascii: yes", "dashboard.yaml:1: expected true or false"),
    ("theme: []", "dashboard.yaml:1: expected a word"),
    (
      "columns:\n  peers: [clients]",
      "dashboard.yaml:2: no choice 'clients'; did you mean 'client'?"
    ),
    ("columns: [peers]", "dashboard.yaml:1: expected pages with lists of columns"),
    ("keys: {Enter: A}", "dashboard.yaml:1: no key 'Enter'; write keys as the help does: q, ^L,"),
    ("keys: {X: Y}", "dashboard.yaml:1: the key 'Y' does nothing that another could do"),
    (
      "thresholds:\n  rtt: [1, 2]",
      "dashboard.yaml:2: no choice 'rtt'; take one of: head_lag, justified_lag,"
    ),
    (
      "thresholds:\n  clock_ms: [400, 100]",
      "dashboard.yaml:2: expected two numbers: from which on a warning, then from which on critical,"
        + " which is not less"
    ),
    ("thresholds: {key_slots: [1, 9]}", "dashboard.yaml:1: expected two numbers: from which on a"),
    ("thresholds: {head_lag: [1]}", "dashboard.yaml:1: expected two numbers"),
    ("thresholds: {head_lag: [-1, 2]}", "dashboard.yaml:1: expected a number from 0 to"),
    ("thresholds: [head_lag]", "dashboard.yaml:1: expected figures with two values each"),
    ("presets: 3", "dashboard.yaml:1: expected a list"),
    ("- theme", "dashboard.yaml:1: expected settings"),
    ("theme: 'a", "dashboard.yaml:1: not YAML: "),
  ])
  func `a mistake is told with its line and what would be right`(text: String, words: String) {
    #expect(refusal(text).hasPrefix(words), "\(refusal(text))")
  }

  @Test
  func `a file that is too large is refused, and so are more presets than anyone goes through`() {
    let long = refusal(String(repeating: "#", count: 70_000))
    #expect(long == "dashboard.yaml: more than the limit of 65536 bytes")
    let many = "presets: [" + String(repeating: "a,", count: 33) + "]"
    #expect(refusal(many) == "dashboard.yaml:1: more than 32 presets")
  }

  @Test(arguments: [
    "",
    "theme: okabe\npage: chain\ncolumns: {peers: [lag]}\nkeys: {X: A}\nthresholds: {publish_ms: [50, 90]}\npresets: ['a \"b\\', c]",
  ])
  func `what is printed is a file that makes the same settings`(text: String) throws {
    let settings = try settings(text)
    let printed = SettingsFile.text(of: settings)
    let again = try self.settings(printed)
    #expect(SettingsFile.text(of: again) == printed)
    #expect(again.keys == settings.keys && again.presets == settings.presets)
    #expect(again.thresholds[.publish] == settings.thresholds[.publish])
    #expect(Threshold.allCases.allSatisfy { printed.contains("\n  \($0.rawValue): [") })
    #expect(again.hiddenColumns == settings.hiddenColumns && again.theme == settings.theme)
  }

  @Test func `the environment comes after the file`() throws {
    let settings = try SettingsFile.settings(
      "theme: okabe", file: "", environment: ["SWIFTLET_THEME": "mono"])
    #expect(settings.theme == "mono")
    #expect(SettingsFile.path(["HOME": "/h"]) == "/h/.config/swiftlet/dashboard.yaml")
    #expect(SettingsFile.path(["XDG_CONFIG_HOME": "/x"]) == "/x/swiftlet/dashboard.yaml")
    #expect(SettingsFile.path([:]) == nil)
  }
}
