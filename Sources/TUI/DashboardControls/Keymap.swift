public import Terminal

/// One row of the key table: keys, what they do, and the words for help, footers and pages.
public struct Binding: Hashable, Sendable {
  /// A heading of the help.
  public enum Section: String, CaseIterable, Sendable {
    /// Going from place to place.
    case move
    /// Seeing it another way.
    case look
    /// Asking the chain for something.
    case act
    /// Breaking a simulated network on purpose.
    case chaos
    /// Keeping it.
    case save
  }

  /// What the keys do.
  public let command: Command
  /// The keys, the one to show first.
  public let keys: [Key]
  /// The heading of the help.
  public let section: Section
  /// One line for help and pages.
  public let words: String
  /// One word for the footer; not in the footer when absent.
  public let footer: String?
  /// The pages where the keys work; everywhere when empty.
  public let pages: Set<Page>

  init(
    _ command: Command, _ keys: [Key], _ section: Section, _ words: String, footer: String? = nil,
    pages: Set<Page> = []
  ) {
    self.command = command
    self.keys = keys
    self.section = section
    self.words = words
    self.footer = footer
    self.pages = pages
  }

  /// The key that the footer shows; the page keys stand together.
  var footerKey: String {
    if case .show = command { return "1-\(Page.allCases.count)" }
    return keys.first?.name ?? ""
  }

  /// Whether the keys work on a page.
  public func works(on page: Page) -> Bool {
    pages.isEmpty || pages.contains(page)
  }
}

/// The one table that makes the bindings, the help, the footers and the documentation.
public enum Keymap {
  /// What a key does on a page.
  public static func command(for key: Key, on page: Page) -> Command? {
    bindings.first { $0.works(on: page) && $0.keys.contains(key) }?.command
  }

  /// Key and word of each entry of a page's footer, as many as fit into `columns`.
  ///
  /// Entries are two columns apart; where room ends the last but one goes first, never «quit».
  public static func footer(on page: Page, columns: Int) -> [(key: String, word: String)] {
    var entries = bindings.filter { $0.works(on: page) }.compactMap { binding in
      binding.footer.map { (key: binding.footerKey, word: $0) }
    }
    func width() -> Int { entries.reduce(0) { $0 + $1.key.count + $1.word.count + 3 } }
    while width() > columns, entries.count > 1 { entries.remove(at: entries.count - 2) }
    return entries
  }

  /// The rows of one heading of the help, in order.
  public static func help(_ section: Binding.Section) -> [Binding] {
    bindings.filter { $0.section == section }
  }

  /// The table as Markdown, for `Docs/Keys.md`.
  public static var markdown: String {
    var lines = ["| key | does | where |", "| --- | --- | --- |"]
    for binding in bindings {
      let keys = binding.keys.map { "`\($0.name)`" }.joined(separator: " ")
      let pages = Page.allCases.filter { binding.pages.contains($0) }.map(\.rawValue)
      let place = pages.isEmpty ? "everywhere" : pages.joined(separator: ", ")
      lines.append("| \(keys) | \(binding.words) | \(place) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Key {
  /// The key as people write it: `q`, `space`, `^L`, `pgup`, `F1`.
  public var name: String {
    switch self {
    case .character(" "): "space"
    case .character(let character): String(character)
    case .control(let letter): "^" + letter.uppercased()
    case .enter: "enter"
    case .escape: "esc"
    case .tab: "tab"
    case .backTab: "shift-tab"
    case .backspace: "backspace"
    case .up: "up"
    case .down: "down"
    case .left: "left"
    case .right: "right"
    case .pageUp: "pgup"
    case .pageDown: "pgdn"
    case .home: "home"
    case .end: "end"
    case .delete: "del"
    case .function(let number): "F\(number)"
    }
  }
}
