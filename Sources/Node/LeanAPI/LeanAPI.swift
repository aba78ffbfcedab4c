internal import ChainHost
internal import ForkChoice
internal import Hashing
internal import Synchronization

/// The HTTP interface of a node without HTTP: requests in, answers out.
///
/// Routes, fields and words are those of leanSpec's server and, where it has none, of ethlambda's.
package final class LeanAPI: Sendable {
  /// Bytes of a request's body: the longest one that means something has 20.
  package static let bodyLimit = 4096

  let source: APISource
  /// The newest large answers, so that many readers of one state cost what one does.
  let kept = Mutex(KeptAnswers())

  /// Creates the interface of a node.
  package init(_ source: APISource) {
    self.source = source
  }

  /// What every lean client says of its health.
  package static let health = APIAnswer.json(Health())

  /// Answers one request; a new role when the engine has taken it.
  package func answer(_ request: APIRequest) async -> APIAnswer {
    let answer = answerAtOnce(request)
    guard let role = answer.awaitedRole else { return answer }
    return await isSeen(role) ? answer : Self.noController
  }

  /// Answers one request; a new role before the engine has taken it.
  package func answerAtOnce(_ request: APIRequest) -> APIAnswer {
    let path = request.path.split(separator: "/").map(String.init)
    guard let route = Route.find(path) else {
      return .failure(404, "no such route; Docs/OpenAPI.yaml lists them")
    }
    guard let method = request.method, route.methods.contains(method) || method == .options else {
      var refusal = APIAnswer.failure(405, "this route takes \(route.allow)")
      refusal.allow = route.allow
      return refusal
    }
    guard method != .options else {
      var answer = APIAnswer(204)
      answer.allow = route.allow
      return answer
    }
    return answer(route, request)
  }

  private func answer(_ route: Route, _ request: APIRequest) -> APIAnswer {
    switch route {
    case .health: Self.health
    case .spec: .json(SpecJSON())
    case .genesis: .json(GenesisJSON(source.view()))
    case .metrics: APIAnswer(200, .metrics, .bytes(source.metrics()))
    case .checkpoint(.justified): .json(CheckpointJSON(source.view().justified))
    case .checkpoint(.finalized): .json(CheckpointJSON(source.view().finalized))
    case .state(let id): state(id, request)
    case .block(let id): block(id, request)
    case .header(let id): header(id)
    case .forkChoice: forkChoice()
    case .forkChoicePage: APIAnswer(200, .html, .bytes(ForkChoicePage.bytes))
    case .identity: .json(IdentityJSON(version: source.version, peerID: source.peerID))
    case .syncing: .json(SyncingJSON(source.view(), wallSlot: source.wallSlot()))
    case .peers: .json(source.peers())
    case .peerCount: .json(PeerCountJSON(connected: source.peers().count))
    case .aggregator: aggregator(request)
    case .command: command(request)
    case .events: chainEvents(request)
    case .everyEvent:
      APIAnswer(200, .events, .everyEvent(after: request.lastEventID))
    }
  }

  private func chainEvents(_ request: APIRequest) -> APIAnswer {
    do throws(ChainTopic.Problem) {
      return APIAnswer(200, .events, .chainEvents(try ChainTopic.parse(request.query["topics"])))
    } catch {
      return .text(error.description, status: 400)
    }
  }

  // MARK: Large answers

  /// What is kept of each kind, with what it was made from.
  struct KeptAnswers {
    var forkChoice: (of: ForkChoiceSnapshot, answer: APIAnswer)?
    var states: [APIRequest.Form: (of: Bytes32, answer: APIAnswer)] = [:]
  }

  private func forkChoice() -> APIAnswer {
    let snapshot = source.view().forkChoice
    if let known = kept.withLock(\.forkChoice), known.of === snapshot { return known.answer }
    let answer = APIAnswer.json(ForkChoiceJSON(snapshot))
    kept.withLock { $0.forkChoice = (snapshot, answer) }
    return answer
  }
}
