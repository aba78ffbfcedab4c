/// What a piece of the screen means; a theme says how each meaning looks.
///
/// The raw value is the role's name in a theme file.
package enum Role: String, CaseIterable, Sendable {
  /// Ordinary words and numbers.
  case text
  /// Words that step back: labels, units, times.
  case dim
  /// Frames of panels.
  case border
  /// Titles of panels and what must be read first.
  case title
  /// Keys to press.
  case key
  /// A value of interest that is neither good nor bad.
  case accent
  /// The moving line of now.
  case cursor
  /// Fixed guide lines in a drawing.
  case guide
  /// The empty part of a meter.
  case track
  /// Sparklines.
  case spark
  /// The row that the next key acts on.
  case selected
  /// The header's alarm words.
  case alarm
  /// All is as planned.
  case ok
  /// Late, or nearly too little.
  case warning
  /// A duty failed or will fail.
  case critical
  /// A prepared block was published at the boundary.
  case hit
  /// A block was built inside its slot.
  case fallback
  /// Prepared work was thrown away.
  case stale
  /// A signed block was discarded.
  case forfeited
  /// Our slot without a block.
  case missed
  /// A block of another proposer.
  case foreign
  /// A slot without a block.
  case empty
  /// The lane of choosing attestations.
  case laneSelect = "lane-select"
  /// The lane of compacting proofs.
  case laneCompact = "lane-compact"
  /// The lane of sealing the state root.
  case laneSeal = "lane-seal"
  /// The lane of signing.
  case laneSign = "lane-sign"
  /// The lane of wrapping the proposer's signature.
  case laneWrap = "lane-wrap"
  /// The lane of merging proofs.
  case laneMerge = "lane-merge"
  /// The lane of publishing.
  case lanePublish = "lane-publish"
  /// The lane of attesting.
  case laneAttest = "lane-attest"
  /// The lane of aggregating.
  case laneAggregate = "lane-aggregate"
  /// The lane of the safe target.
  case laneSafeTarget = "lane-safe-target"

  /// The role whose look stands in when a theme and its parents leave this one out.
  package var standIn: Role? {
    switch self {
    case .text: nil
    case .dim, .accent, .title, .ok, .warning: .text
    case .border, .foreign, .empty: .dim
    case .guide: .border
    case .track: .guide
    case .key, .spark: .accent
    case .cursor, .selected: .title
    case .critical: .warning
    case .alarm, .missed: .critical
    case .forfeited: .missed
    case .hit: .ok
    case .fallback, .stale: .warning
    case .laneSelect, .laneCompact, .laneSeal, .laneSign, .laneWrap, .laneMerge, .lanePublish,
      .laneAttest, .laneAggregate, .laneSafeTarget:
      .accent
    }
  }
}
