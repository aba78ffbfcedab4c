private import Aggregation
private import Consensus
private import ForkChoice

/// All signatures of a block.
enum BlockSignaturesRunner: FormatRunner {
  static let format = "verify_signatures"
  static let keys: Set = ["anchorState", "signedBlock"]

  private struct Content: Decodable {
    let anchorState: State
    let signedBlock: SignedBlock
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let check = BlockSignatureCheck(
      of: content.signedBlock, validators: content.anchorState.validators)
    _ = try vector.accepted {
      switch vector.proofSetting {
      case .mocked: _ = try check.components()
      case .valid, .invalid:
        _ = try check.verified(by: XMSSListBackend(scheme: vector.environment.scheme))
      }
    }
  }
}
