/// The 256 colours of xterm as `0xRRGGBB`.
enum XtermPalette {
  static let hexadecimal: [UInt32] = {
    let user: [UInt32] = [
      0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
      0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
    let cube = levels.flatMap { red in
      levels.flatMap { green in levels.map { blue in red << 16 | green << 8 | blue } }
    }
    let greys = (0..<24).map { step in UInt32(8 + 10 * step) * 0x01_0101 }
    return user + cube + greys
  }()

  static let lab = hexadecimal.map { Lab($0) }
}

extension Color {
  /// How much the colour stands out from another, from 1 to 21 as WCAG 2 counts.
  ///
  /// `nil` where either is the terminal's own. Words need 4.5, large ones and lines 3.
  package func contrast(with other: Color) -> Double? {
    guard let one = luminance, let other = other.luminance else { return nil }
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
  }

  private var luminance: Double? {
    hexadecimal.map { (Lab.linear($0) * [0.2126, 0.7152, 0.0722]).sum() }
  }

  /// Whether dark ink suits the colour as a ground; `nil` for the terminal's own.
  package var isLight: Bool? { hexadecimal.map { Lab($0).lightness > 50 } }

  /// The nearest colour that a terminal of `depth` can show.
  ///
  /// Nearness is measured in CIELAB: by red, green and blue alone a grey blue becomes a teal.
  /// With eight colours the bright half remains: what stands for it depends on the ground, so
  /// ``Style/reduced(to:)`` decides.
  package func reduced(to depth: ColorDepth) -> Color {
    switch (depth, kind) {
    case (.none, _): .terminalDefault
    case (_, .terminalDefault), (.trueColor, _), (.palette256, .palette): self
    case (.ansi8, .palette(let index)) where index < 16: self
    case (.ansi16, .palette(let index)) where index < 16: self
    case (.palette256, .rgb): nearest(in: 16..<256)
    case (.ansi8, .palette), (.ansi8, .rgb), (.ansi16, .palette), (.ansi16, .rgb):
      nearest(in: 0..<16)
    }
  }

  /// The palette index in `indices` that looks most alike; the first sixteen are the user's to change.
  private func nearest(in indices: Range<Int>) -> Color {
    let wanted = Lab(hexadecimal ?? 0)
    let best = indices.min { first, second in
      wanted.squaredDistance(to: XtermPalette.lab[first])
        < wanted.squaredDistance(to: XtermPalette.lab[second])
    }
    return .palette(UInt8(best ?? 7))
  }
}

/// A colour in CIELAB under daylight, where distance is about as large as a person sees it.
package struct Lab: Hashable, Sendable {
  /// Lightness from 0 to 100.
  package let lightness: Double
  /// Green to red.
  package let greenRed: Double
  /// Blue to yellow.
  package let blueYellow: Double

  /// Converts `0xRRGGBB` in sRGB.
  package init(_ hexadecimal: UInt32) {
    self.init(linear: Lab.linear(hexadecimal))
  }

  /// Converts linear red, green and blue, each from 0 to 1.
  package init(linear: SIMD3<Double>) {
    let x = (linear * [0.412_456, 0.357_576, 0.180_438]).sum() / 0.950_47
    let y = (linear * [0.212_673, 0.715_152, 0.072_175]).sum()
    let z = (linear * [0.019_334, 0.119_192, 0.950_304]).sum() / 1.088_83
    let (fx, fy, fz) = (Lab.compress(x), Lab.compress(y), Lab.compress(z))
    lightness = 116 * fy - 16
    greenRed = 500 * (fx - fy)
    blueYellow = 200 * (fy - fz)
  }

  /// The square of the distance to `other`; 100 (ten apart) is a plain difference.
  package func squaredDistance(to other: Lab) -> Double {
    let (l, a, b) = (
      lightness - other.lightness, greenRed - other.greenRed, blueYellow - other.blueYellow
    )
    return l * l + a * a + b * b
  }

  /// Linear light of `0xRRGGBB`: red, green, blue from 0 to 1.
  package static func linear(_ hexadecimal: UInt32) -> SIMD3<Double> {
    SIMD3(
      expanded[Int(hexadecimal >> 16 & 255)], expanded[Int(hexadecimal >> 8 & 255)],
      expanded[Int(hexadecimal & 255)])
  }

  /// The sRGB curve for each byte.
  private static let expanded: [Double] = (0..<256).map { byte in
    let value = Double(byte) / 255
    return value <= 0.040_45 ? value / 12.92 : gamma((value + 0.055) / 1.055)
  }

  private static func compress(_ value: Double) -> Double {
    value > 0.008_856 ? cubeRoot(value) : 7.787 * value + 16.0 / 116
  }

  /// The cube root of a value from 0 to about 1, by Newton's method.
  private static func cubeRoot(_ value: Double) -> Double {
    var root = 0.5 + value / 2
    for _ in 0..<12 { root -= (root - value / (root * root)) / 3 }
    return root
  }

  /// `base` to the power of 2.4, the square times the fifth root of the square, by Newton's method.
  private static func gamma(_ base: Double) -> Double {
    let square = base * base
    var root = 0.5 + square / 2
    for _ in 0..<30 {
      root -= (root - square / (root * root * root * root)) / 5
    }
    return square * root
  }
}
