internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// Provers, verifiers and signers in processes of their own.
struct WorkersPanel: Panel {
  let scene: Scene

  var title: String { "workers \(scene.node.workers.count)" }
  var note: [Span] {
    [scene.span("what the node tells of its provers and signers", .dim)]
  }

  var help: String {
    "Programs that prove, verify and sign beside the node: what each is at and for how long, what"
      + " waits for it, and how often it had to be started."
  }

  func height(width: Int) -> Int { scene.node.workers.count + 1 }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard !scene.node.workers.isEmpty else {
      grid.put("not told", at: body.column, body.row, scene.theme[.dim])
      return
    }
    var table = Table(columns: [
      Table.Column(title: "lane", width: 6),
      Table.Column(title: "place", width: 14, rank: 4),
      Table.Column(title: "generation", width: 18, rank: 3),
      Table.Column(title: "job", width: 20),
      Table.Column(title: "for", width: 8, isNumber: true),
      Table.Column(title: "queue", width: 5, isNumber: true),
      Table.Column(title: "memory", width: 8, isNumber: true, rank: 1),
      Table.Column(title: "cores", width: 8, isNumber: true, rank: 2),
      Table.Column(title: "starts", width: 6, isNumber: true, rank: 2),
    ])
    table.rows = scene.node.workers.map { cells($0.report, toldAt: $0.toldAt) }
    table.draw(scene, in: body, into: &grid)
  }

  private func cells(_ report: WorkerReport, toldAt: UInt64) -> [Span] {
    func told(_ text: String?) -> Span {
      text.map { scene.span($0) } ?? scene.span("not told", .dim)
    }
    let isDown = report.activity.hasPrefix("down") || report.activity == "stopped"
    let role: Role =
      isDown
      ? .critical : report.activity == "idle" ? .dim : report.generation == nil ? .warning : .accent
    return [
      scene.span(report.lane), scene.span(report.place, .dim), told(report.generation),
      scene.span(report.activity, role),
      scene.age(of: toldAt)
        ?? scene.span(report.activityMilliseconds.map { Words.countdown($0) } ?? "-", .text),
      scene.span("\(report.waiting)", report.waiting > 0 ? .warning : .dim),
      told(report.memoryBytes.map { Words.memory($0) }),
      scene.span(report.processors.map { "\($0)" } ?? "all", .dim),
      scene.span("\(report.starts)", report.starts > 1 ? .warning : .dim),
    ]
  }
}
