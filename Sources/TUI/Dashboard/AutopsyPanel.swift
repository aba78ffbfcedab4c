internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// Why the shown slot ended as it did.
struct AutopsyPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "autopsy of slot \(Words.number(scene.shownSlot))" }

  var help: String {
    "Why the slot ended as it did: what happened with its figures, what would have helped,"
      + " and every step in the order of time."
  }
  var note: [Span] { [scene.span("j k other slots  esc closes", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let autopsy = Autopsy(scene.node, slot: scene.shownSlot) else {
      grid.put("this slot is no longer kept", at: body.column, body.row, scene.theme[.dim])
      return
    }
    let verdict =
      scene.node.slots[scene.shownSlot]?.verdict(wallSlot: scene.node.wallSlot) ?? .pending
    grid.put(Cell(verdict.glyph, scene.theme[verdict.role]), at: body.column, body.row)
    let lines = DisplayWidth.wrapped(autopsy.sentence, to: max(8, body.width - 2))
    for (offset, line) in lines.enumerated() {
      grid.put(
        line, at: body.column + 2, body.row + offset,
        scene.theme[verdict == .hit || verdict == .foreign ? .text : verdict.role])
    }
    let advice = DisplayWidth.wrapped(
      autopsy.advice.map { "would have helped: \($0)" } ?? "", to: max(8, body.width - 2))
    for (offset, line) in advice.enumerated() {
      grid.put(line, at: body.column + 2, body.row + lines.count + offset, scene.theme[.accent])
    }
    let top = body.row + lines.count + advice.count + 1
    let room = max(0, body.endRow - top)
    guard room > 0 else { return }
    let width = 58
    let columns = max(1, body.width / width)
    for (index, line) in autopsy.timeline.prefix(room * columns).enumerated() {
      let column = body.column + index / room * width
      let row = top + index % room
      grid.put(
        Words.seconds(line.milliseconds), endingAt: column + 8, row, scene.theme[.dim])
      grid.put(
        line.text, at: column + 10, row, scene.theme[line.severity.role],
        width: min(width - 12, body.endColumn - column - 10))
    }
  }
}
