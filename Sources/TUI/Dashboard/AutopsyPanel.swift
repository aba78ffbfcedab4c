internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// Why the shown slot ended as it did.
struct AutopsyPanel: TextPanel {
  let scene: Scene

  var title: String { "autopsy of slot \(Words.number(scene.shownSlot))" }

  var help: String {
    "Why the slot ended as it did: what happened with its figures, what would have helped,"
      + " and every step in the order of time."
  }
  var note: [Span] {
    let keys = "\(scene.key(.down)) \(scene.key(.up)) other slots  \(scene.key(.close)) closes"
    return [scene.span(keys, .dim)]
  }

  /// Columns of a line of the timeline.
  private static let lineWidth = 58

  func lines(width: Int) -> [[Span]] {
    guard let autopsy = Autopsy(scene.node, slot: scene.shownSlot) else {
      return [[scene.span("this slot is no longer kept", .dim)]]
    }
    let verdict =
      scene.node.slots[scene.shownSlot]?.verdict(wallSlot: scene.node.wallSlot) ?? .pending
    let role = verdict == .hit || verdict == .foreign ? .text : verdict.role
    func paragraph(_ text: String, _ lead: Span, _ role: Role) -> [[Span]] {
      DisplayWidth.wrapped(Words.grouped(text), to: max(8, width - 2)).enumerated()
        .map { [$0 == 0 ? lead : scene.span("  "), scene.span($1, role)] }
    }
    let advice = autopsy.advice.map { "would have helped: \($0)" } ?? ""
    return paragraph(autopsy.sentence, Span("\(verdict.glyph) ", scene.theme[verdict.role]), role)
      + paragraph(advice, scene.span("  "), .accent) + [[]] + timeline(autopsy.timeline, width)
  }

  /// The steps, one below the other, in as many columns as fit.
  private func timeline(_ lines: [Autopsy.Line], _ width: Int) -> [[Span]] {
    let columns = max(1, width / Self.lineWidth)
    let rows = (lines.count + columns - 1) / columns
    return (0..<rows).map { row in
      stride(from: row, to: lines.count, by: rows).flatMap { index in
        let line = lines[index]
        let room = min(Self.lineWidth, width) - 12
        let text = DisplayWidth.clip(Words.grouped(line.text), to: room)
        let gap = String(repeating: " ", count: max(0, room - DisplayWidth.of(text)) + 2)
        return [
          scene.span(Words.padded(Words.seconds(line.milliseconds), 8) + "  ", .dim),
          scene.span(text, line.severity.role), scene.span(index + rows < lines.count ? gap : ""),
        ]
      }
    }
  }
}
