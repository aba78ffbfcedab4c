package import Terminal

/// One row of the key table: keys, what they do, and the words for help, footers and pages.
package struct Binding: Hashable, Sendable {
  /// A heading of the help.
  package enum Section: String, CaseIterable, Sendable {
    /// Going from place to place.
    case move
    /// Seeing it another way.
    case look
    /// Asking the chain for something.
    case act
    /// Breaking a devnet on purpose.
    case chaos
    /// Keeping it.
    case save
  }

  /// Where a footer names the keys, and with which word.
  enum Footer: Hashable {
    /// On no page.
    case none
    /// On every page where the keys work.
    case always(String)
    /// On these pages only, before what stands on every page.
    case on([Page: String])
  }

  /// What the keys do.
  package let command: Command
  /// The keys, the one to show first.
  package private(set) var keys: [Key]
  /// The heading of the help.
  package let section: Section
  /// One line for help and pages.
  package let words: String
  /// The words that the help shows for this row and its neighbours with the same words.
  package let pair: String?
  /// The pages where the keys work; everywhere when empty.
  package let pages: Set<Page>

  private let footer: Footer

  init(
    _ command: Command, _ keys: [Key], _ section: Section, _ words: String, pair: String? = nil,
    footer: Footer = .none, pages: Set<Page> = []
  ) {
    self.command = command
    self.keys = keys
    self.section = section
    self.words = words
    self.pair = pair
    self.footer = footer
    self.pages = pages
  }

  /// The key that the footer shows; the page keys stand together.
  var footerKey: String {
    if case .show = command, keys.first == .character("1") { return "1-\(Page.allCases.count)" }
    return keys.first?.name ?? ""
  }

  /// The word on the footer of a page; `nil` where the footer leaves the keys out.
  func footerWord(on page: Page) -> String? {
    guard works(on: page) else { return nil }
    switch footer {
    case .none: return nil
    case .always(let word): return word
    case .on(let words): return words[page]
    }
  }

  /// Whether the footer names the keys on some pages only.
  var isSpecial: Bool {
    if case .on = footer { true } else { false }
  }

  /// The row with the keys that a person has bound to it first, and without those that now act as
  /// others.
  fileprivate func bound(_ wishes: [Key: Key]) -> Binding {
    var binding = self
    let added = wishes.filter { keys.contains($0.value) }.map(\.key).sorted { $0.name < $1.name }
    binding.keys = added + keys.filter { wishes[$0] == nil }
    return binding
  }

  /// Whether the keys work on a page.
  package func works(on page: Page) -> Bool {
    pages.isEmpty || pages.contains(page)
  }
}

/// The one table that makes the bindings, the help, the footers and the documentation.
package struct Keymap: Hashable, Sendable {
  /// Every binding, in the order of the help.
  package let bindings: [Binding]

  /// Creates the table.
  ///
  /// - Parameter wishes: Keys that act as others do, from the settings.
  package init(_ wishes: [Key: Key] = [:]) {
    bindings = wishes.isEmpty ? Self.builtIn : Self.builtIn.map { $0.bound(wishes) }
  }

  /// A key and a word at the foot of a page.
  package struct FooterEntry: Hashable, Sendable {
    /// The key.
    package let key: String
    /// What it does, in a word.
    package let word: String
    /// What it does.
    package let command: Command

    /// Columns of key, word and the space before the next entry.
    package var width: Int { key.count + word.count + 3 }
  }

  /// One line of the help: keys that belong together, and what they do.
  package struct HelpLine: Hashable, Sendable {
    /// The keys, as people write them.
    package let keys: String
    /// What they do.
    package let words: String
  }

  /// What a key does on a page.
  package func command(for key: Key, on page: Page) -> Command? {
    bindings.first { $0.works(on: page) && $0.keys.contains(key) }?.command
  }

  /// The key to show for a command.
  func key(for command: Command) -> Key? {
    bindings.first { $0.command == command }?.keys.first
  }

  /// The name of the key to show for a command; `:` where a person has left it none, which finds all.
  package func name(_ command: Command) -> String {
    (key(for: command) ?? key(for: .palette))?.name ?? "-"
  }

  /// The pages where a key does something, when those are not all; none for an unknown key.
  package func pages(of key: Key) -> [Page] {
    let pages = bindings.filter { $0.keys.contains(key) }.reduce(Set<Page>()) {
      $0.union($1.pages)
    }
    return Page.allCases.filter { pages.contains($0) }
  }

  /// Key and word of each entry of a page's footer, as many as fit into `columns`.
  ///
  /// The keys that only this page has come first. Entries are two columns apart; where room ends
  /// the last go first, the pages and the help after all others, never «quit».
  package func footer(on page: Page, columns: Int) -> [FooterEntry] {
    let named = bindings.filter { !$0.keys.isEmpty }.compactMap { binding in
      binding.footerWord(on: page).map {
        (FooterEntry(key: binding.footerKey, word: $0, command: binding.command), binding.isSpecial)
      }
    }
    var entries = named.prefix(1).map(\.0)
    entries += named.dropFirst().filter(\.1).map(\.0) + named.dropFirst().filter { !$0.1 }.map(\.0)
    func width() -> Int { entries.reduce(0) { $0 + $1.width } }
    let needed: Set<Command> = [.help, .show(.overview)]
    while width() > columns, entries.count > 1 {
      let last = entries.dropLast().lastIndex { !needed.contains($0.command) }
      entries.remove(at: last ?? entries.count - 2)
    }
    return entries
  }

  /// The rows of one heading of the help, in order; the keys that show a page are left out.
  package func help(_ section: Binding.Section) -> [HelpLine] {
    var lines: [HelpLine] = []
    var pair: String?
    for binding in bindings
    where binding.section == section && !binding.command.isPage && !binding.keys.isEmpty {
      // Keys that share a line show one name each.
      let keys = binding.keys.prefix(binding.pair == nil ? 2 : 1).map(\.name)
        .joined(separator: " ")
      if let last = lines.last, let words = binding.pair, words == pair {
        lines[lines.count - 1] = HelpLine(keys: last.keys + " " + keys, words: words)
      } else {
        lines.append(HelpLine(keys: keys, words: binding.pair ?? binding.words))
      }
      pair = binding.pair
    }
    return lines
  }

  /// The built-in table as Markdown, for `Docs/Keys.md`.
  package static var markdown: String {
    var lines = ["| key | does | where |", "| --- | --- | --- |"]
    for binding in builtIn {
      let keys = binding.keys.map { "`\($0.name)`" }.joined(separator: " ")
      let pages = Page.allCases.filter { binding.pages.contains($0) }.map(\.rawValue)
      let place = pages.isEmpty ? "everywhere" : pages.joined(separator: ", ")
      lines.append("| \(keys) | \(binding.words) | \(place) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Command {
  /// Whether the command shows a page.
  var isPage: Bool {
    if case .show = self { true } else { false }
  }
}

extension Key {
  private static let named: [String: Key] = {
    let keys: [Key] =
      [
        .enter, .escape, .tab, .backTab, .backspace, .up, .down, .left, .right, .pageUp, .pageDown,
        .home, .end, .delete, .character(" "),
      ] + (1...12).map(Key.function) + "abdefghklnopqrstuvwxy".map(Key.control)
    return Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
  }()

  /// The key of a ``name``.
  package init?(named name: String) {
    guard let key = Key.named[name] ?? (name.count == 1 ? name.first.map(Key.character) : nil)
    else { return nil }
    self = key
  }

  /// The key as people write it: `q`, `space`, `^L`, `pgup`, `F1`.
  package var name: String {
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
