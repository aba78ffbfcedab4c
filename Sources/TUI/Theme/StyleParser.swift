internal import Terminal

/// Reads the words of one style: `"#34b27b 256:35 16:2 bold on #11151f"`.
struct StyleParser {
  /// The named colours of the theme and its parents.
  let colors: [String: ThemeColor]

  /// The style that the words say; the first word that means nothing is thrown.
  func style(_ text: String) throws(ThemeError.Problem) -> ThemeStyle {
    var grounds: [ThemeColor?] = [nil, nil]
    var target = 0
    var attributes: Attributes = []
    for word in text.split(separator: " ").map(String.init) {
      if let attribute = StyleParser.attributes[word] {
        attributes.formUnion(attribute)
      } else if word == "on" {
        guard target == 0 else { throw .badStyle(word: word) }
        target = 1
      } else if let index = StyleParser.index(word, after: "256:") {
        grounds[target] = grounds[target] ?? ThemeColor(.palette(index))
        grounds[target]?.palette256 = index
      } else if let index = StyleParser.index(word, after: "16:"), index < 16 {
        grounds[target] = grounds[target] ?? ThemeColor(.palette(index))
        grounds[target]?.ansi16 = index
      } else if grounds[target] == nil {
        grounds[target] = try color(word)
      } else {
        throw .badStyle(word: word)
      }
    }
    guard target == 0 || grounds[1] != nil else { throw .expected("a colour after `on`") }
    return ThemeStyle(
      grounds[0] ?? ThemeColor(.terminalDefault), on: grounds[1], attributes)
  }

  private func color(_ word: String) throws(ThemeError.Problem) -> ThemeColor {
    if word == "default" { return ThemeColor(.terminalDefault) }
    if let named = colors[word] { return named }
    guard word.utf8.count == 7, word.hasPrefix("#"), let value = UInt32(word.dropFirst(), radix: 16)
    else { throw .badStyle(word: word) }
    return ThemeColor(.rgb(value))
  }

  private static func index(_ word: String, after prefix: String) -> UInt8? {
    word.hasPrefix(prefix) ? UInt8(word.dropFirst(prefix.count)) : nil
  }

  private static let attributes: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]
}

extension ThemeError.Problem: Error {}
