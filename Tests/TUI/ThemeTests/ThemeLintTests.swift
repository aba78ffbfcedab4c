import Terminal
import Testing
import Theme

/// Every theme that is shipped can be read by everyone, in every depth.
struct ThemeLintTests {
  private static let names = ThemeLibrary().names
  private static let colourful = names.filter { $0 != "mono" }

  private func theme(_ name: String, _ depth: ColorDepth = .trueColor) throws -> Theme {
    try ThemeLibrary().theme(named: name, depth: depth)
  }

  @Test(arguments: names) func `every theme is read in every depth`(name: String) throws {
    for depth in ColorDepth.allCases {
      let theme = try theme(name, depth)
      for role in Role.allCases {
        let style = theme[role]
        #expect(style.reduced(to: depth) == style, "\(role) at \(depth)")
      }
    }
  }

  @Test(arguments: colourful) func `every role is declared`(name: String) throws {
    let definition = try ThemeLibrary().definition(named: name)
    #expect(Role.allCases.filter { definition.roles[$0] == nil } == [])
  }

  /// WCAG 2: 4.5 to 1 for text, 3 to 1 for lines; guides and tracks are decoration.
  @Test(arguments: colourful, [ColorDepth.trueColor, .palette256])
  func `words stand out from their ground`(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    for role in Role.allCases where role != .guide && role != .track {
      let wanted = role == .border || role == .empty ? 3 : 4.5
      let found = try contrast(of: theme[role], theme)
      #expect(found >= wanted, "\(name): \(role) has \(found)")
    }
  }

  /// Guides and tracks, too: an empty meter must be seen to be one.
  ///
  /// The palette is the user's; the contrast is that of xterm's.
  @Test(arguments: names, [ColorDepth.ansi8, .ansi16])
  func `with few colours every ink differs from its ground`(name: String, depth: ColorDepth) throws
  {
    let theme = try theme(name, depth)
    for (role, style) in Role.allCases.map({ ($0.rawValue, theme[$0]) }) {
      if depth == .ansi8 { #expect(style.foreground.isOfEight && style.background.isOfEight) }
      #expect(
        style.foreground != style.background || style.foreground == .terminalDefault, "\(role)")
      guard style.foreground != .terminalDefault else { continue }
      let found = try contrast(of: style, theme)
      #expect(found >= 3, "\(name): \(role) has \(found)")
    }
  }

  /// The contrast of a style, with the paper's colours for the terminal's own.
  private func contrast(of style: Style, _ theme: Theme) throws -> Double {
    func own(_ color: Color, _ paper: Color) -> Color { color == .terminalDefault ? paper : color }
    return try #require(
      own(style.foreground, theme.paper.foreground)
        .contrast(with: own(style.background, theme.paper.background)))
  }

  @Test(arguments: colourful) func `outcomes differ for every kind of eye`(name: String) throws {
    let theme = try theme(name)
    let outcomes: [Role] = [.hit, .fallback, .stale, .missed]
    for eye in Eye.allCases {
      for (index, first) in outcomes.enumerated() {
        for second in outcomes[(index + 1)...] {
          let one = eye.sees(try #require(theme[first].foreground.hexadecimal))
          let other = eye.sees(try #require(theme[second].foreground.hexadecimal))
          let distance = one.squaredDistance(to: other).squareRoot()
          #expect(distance >= 12, "\(eye): \(first) and \(second) are \(distance) apart")
        }
      }
    }
  }

  @Test func `without colours, alarms and failures still differ from text`() throws {
    for name in ThemeLintTests.names {
      let theme = try theme(name, .none)
      #expect(theme[.critical] != theme[.text])
      #expect(theme[.alarm] != theme[.text])
      #expect(theme[.title] != theme[.text])
    }
  }
}

extension Color {
  fileprivate var isOfEight: Bool {
    switch kind {
    case .terminalDefault: true
    case .palette(let index): index < 8
    case .rgb: false
    }
  }
}

/// Kinds of colour vision, by the matrices of Machado, Oliveira and Fernandes (2009) at full strength.
enum Eye: CaseIterable {
  case ordinary
  case withoutRed
  case withoutGreen
  case withoutBlue

  func sees(_ color: UInt32) -> Lab {
    let light = Lab.linear(color)
    let seen = matrix.map { ($0 * light).sum() }
    return Lab(linear: SIMD3(seen).clamped(lowerBound: .zero, upperBound: .one))
  }

  private var matrix: [SIMD3<Double>] {
    switch self {
    case .ordinary: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .withoutRed:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .withoutGreen:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .withoutBlue:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }
}
