package import Terminal

/// What decides how a terminal is opened: wishes of the caller and words of the environment.
package struct TerminalSettings: Hashable, Sendable {
  /// The wish for colours.
  package enum ColorWish: String, CaseIterable, Sendable {
    /// As many as the terminal has.
    case auto
    /// Any red, green and blue, where a description of such a terminal is installed.
    case trueColor = "true"
    /// 256.
    case palette256 = "256"
    /// The user's own 16.
    case ansi16 = "16"
    /// The first eight of them.
    case ansi8 = "8"
    /// Bold, dim, underline and reverse only.
    case none
  }

  /// The wish for colours.
  package var colors: ColorWish
  private let term: String
  private let colorTerm: String
  private let colorsByNumber: String
  private let noColor: Bool

  /// Creates settings from a wish and the environment (`TERM`, `COLORTERM`, `COLORFGBG`, `NO_COLOR`).
  package init(colors: ColorWish = .auto, environment: [String: String]) {
    self.colors = colors
    term = environment["TERM"] ?? ""
    colorTerm = environment["COLORTERM"] ?? ""
    colorsByNumber = environment["COLORFGBG"] ?? ""
    noColor = environment["NO_COLOR"]?.isEmpty == false
  }

  /// Names of terminal descriptions to try, best first.
  ///
  /// The plain descriptions cannot send red, green and blue; only those named `-direct` can. A kind
  /// that the host does not know, such as `xterm-16color`, is at least one of its family.
  package var terminalNames: [String] {
    let saysTrueColor = colorTerm == "truecolor" || colorTerm == "24bit"
    let wantsTrueColor =
      colors == .trueColor || (colors == .auto && saysTrueColor && !noColor)
    let family = ["xterm", "tmux"].first { term.hasPrefix($0) }
    let stem = term.split(separator: "-").first.map(String.init)
    let names = [term, stem].compactMap(\.self)
    guard wantsTrueColor, let family, !term.hasSuffix("-direct") else { return names }
    return ["\(family)-direct"] + names
  }

  /// Whether the terminal can place text at all; where not, plain lines are for it.
  package var canDraw: Bool { !term.isEmpty && term != "dumb" }

  /// Whether the terminal may be asked questions.
  ///
  /// Consoles and terminals of before show the text of a question that they do not know.
  var answersQuestions: Bool {
    canDraw && !["linux", "ansi", "vt", "sun", "cygwin"].contains { term.hasPrefix($0) }
  }

  /// Whether the ground is light, as the last number of `COLORFGBG` says; `nil` when it is not told.
  package var hasLightGround: Bool? {
    guard let number = colorsByNumber.split(separator: ";").last.flatMap({ Int($0) }),
      (0..<16).contains(number)
    else { return nil }
    return number == 7 || number > 8
  }

  /// The depth to draw in when the terminal has so many colours.
  package func depth(colors available: Int) -> ColorDepth {
    let most: ColorDepth =
      switch available {
      case ..<8: .none
      case ..<16: .ansi8
      case ..<256: .ansi16
      case ..<(1 << 24): .palette256
      default: .trueColor
      }
    switch colors {
    case .auto: return noColor ? .none : most
    case .trueColor: return most
    case .palette256: return min(most, .palette256)
    case .ansi16: return min(most, .ansi16)
    case .ansi8: return min(most, .ansi8)
    case .none: return .none
    }
  }
}

/// Why a terminal cannot be taken.
package enum TerminalError: Error, Hashable, CustomStringConvertible {
  /// Standard input or output is a file or a pipe, or the process has a session already.
  case noTerminal
  /// The host has no description of a terminal of this name.
  case unknownTerminal(String)

  /// The reason and what to do about it.
  package var description: String {
    switch self {
    case .noTerminal:
      "standard input or output is no terminal; use --headless for a picture"
    case .unknownTerminal(let name):
      "TERM=\(name) is not known on this host; try TERM=xterm-256color"
    }
  }
}
