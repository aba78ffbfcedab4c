extension ProposalCandidate: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      slot: try field("slot"), root: try field("block"), parent: try field("parent"),
      votes: try field("votes"), validators: try field("validators"),
      aggregates: try field("aggregates"))
  }

  func write(fields write: inout JSONWriter) {
    write("slot", slot)
    write("block", root)
    write("parent", parent)
    write("votes", votes)
    write("validators", validators)
    write("aggregates", aggregates)
  }
}

extension ProposalResult: EventFields {
  private enum OutcomeWord: String, EventWord {
    case hit
    case late
    case fallback
    case forfeited
    case missed
  }

  init(_ field: FieldReader) throws(EventDecodingError) {
    let word: OutcomeWord = try field("outcome")
    let outcome: ProposalOutcome =
      switch word {
      case .hit: .hit(publishOffsetMilliseconds: try field("publish_ms"))
      case .late: .late(publishOffsetMilliseconds: try field("publish_ms"))
      case .fallback:
        .fallback(try field("reason"), publishOffsetMilliseconds: try field("publish_ms"))
      case .forfeited: .forfeited(try field("reason"))
      case .missed: .missed(try field("reason"))
      }
    self.init(
      slot: try field("slot"), validator: try field("validator"), outcome: outcome,
      root: try field("block"), votes: try field("votes"), bytes: try field("bytes"))
  }

  func write(fields write: inout JSONWriter) {
    write("slot", slot)
    write("validator", validator)
    switch outcome {
    case .hit(let offset):
      write("outcome", OutcomeWord.hit)
      write("publish_ms", offset)
    case .late(let offset):
      write("outcome", OutcomeWord.late)
      write("publish_ms", offset)
    case .fallback(let reason, let offset):
      write("outcome", OutcomeWord.fallback)
      write("reason", reason)
      write("publish_ms", offset)
    case .forfeited(let reason):
      write("outcome", OutcomeWord.forfeited)
      write("reason", reason)
    case .missed(let reason):
      write("outcome", OutcomeWord.missed)
      write("reason", reason)
    }
    write("block", root)
    write("votes", votes)
    write("bytes", bytes)
  }
}
