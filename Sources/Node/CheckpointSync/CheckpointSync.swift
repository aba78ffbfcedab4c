package import Consensus
package import Foundation
private import SSZ
internal import Syncing

/// A finalized block and the state after it, which fit each other and our genesis.
package struct VerifiedCheckpoint: Sendable {
  /// The block.
  package let block: SignedBlock

  /// The state after it.
  package let state: State

  /// Where they are from.
  package let url: URL
}

/// Getting a finalized state and its block from nodes that an operator names, to start from there.
///
/// All URLs are asked in turn until one has a pair that fits; then again after a pause that doubles.
/// Who answers badly is told by its URL. leanSpec: `node/sync/checkpoint_sync.py`.
package struct CheckpointSync: Sendable {
  /// The first pause after all URLs have failed, and the longest.
  static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(30))

  /// The most URLs that are asked.
  package static let urlLimit = 16

  private let urls: [URL]
  private let genesis: State
  private let slot: @Sendable () -> Slot
  private let download: HTTPDownload

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - urls: What ``url(_:)`` made.
  ///   - genesis: The state before the first block of our chain.
  ///   - slot: The slot by the wall clock.
  ///   - timeout: How long one answer may take in all.
  package init(
    urls: [URL], genesis: State, slot: @escaping @Sendable () -> Slot,
    timeout: Duration = .seconds(60)
  ) {
    self.urls = Array(urls.prefix(Self.urlLimit))
    self.genesis = genesis
    self.slot = slot
    download = HTTPDownload(timeout: timeout)
  }

  /// Reads the URL of a node's API; the path of an endpoint after it is left out: lean-quickstart
  /// gives a whole one.
  ///
  /// - Returns: `nil` when the text is no URL of HTTP with a host.
  package static func url(_ text: String) -> URL? {
    guard let whole = URLComponents(string: text),
      whole.scheme == "http" || whole.scheme == "https",
      whole.host?.isEmpty == false, var base = URLComponents(string: text)
    else { return nil }
    let path = whole.path
    base.path = path.range(of: "/lean/v0").map { String(path[..<$0.lowerBound]) } ?? path
    while base.path.hasSuffix("/") { base.path.removeLast() }
    (base.query, base.fragment) = (nil, nil)
    return base.url
  }

  /// Asks all URLs until a pair is there, so many times; `tell` gets each refusal, one line with its
  /// URL.
  ///
  /// - Throws: The last refusal, or that the task was cancelled.
  /// - Returns: The first pair that fits.
  package func run(
    attempts: Int, tell: @Sendable (String) -> Void
  ) async throws(CheckpointFailure) -> VerifiedCheckpoint {
    var pause = Self.pauses.first
    var last = CheckpointFailure(description: "no checkpoint URL is given")
    for attempt in 1...max(1, attempts) {
      for url in urls {
        do throws(CheckpointFailure) {
          return try await pair(from: url)
        } catch {
          last = error
          tell(error.description)
        }
      }
      guard attempt < attempts, !urls.isEmpty else { break }
      guard (try? await Task.sleep(for: pause)) != nil else {
        throw CheckpointFailure(description: "checkpoint sync was stopped")
      }
      pause = min(pause * 2, Self.pauses.longest)
    }
    throw last
  }

  /// Gets the pair of one node.
  private func pair(from url: URL) async throws(CheckpointFailure) -> VerifiedCheckpoint {
    // The node may finalize between the two answers: then the pair is asked for once more.
    let first = try await fetch(url)
    do throws(CheckpointRefusal) {
      return try check(first, url)
    } catch {
      guard case .otherBlock = error else { throw CheckpointFailure(url, "\(error)") }
    }
    let second = try await fetch(url)
    do throws(CheckpointRefusal) {
      return try check(second, url)
    } catch {
      throw CheckpointFailure(url, "\(error)")
    }
  }

  private func check(
    _ pair: (block: SignedBlock, state: State), _ url: URL
  ) throws(CheckpointRefusal) -> VerifiedCheckpoint {
    try CheckpointCheck.check(pair.block.block, pair.state, genesis: genesis, slot: slot())
    return VerifiedCheckpoint(block: pair.block, state: pair.state, url: url)
  }

  private func fetch(
    _ url: URL
  ) async throws(CheckpointFailure) -> (block: SignedBlock, state: State) {
    // The state first: it is the larger, and the block is then the newer or the same.
    let stateBytes = try await bytes(url, "states/finalized", limit: Limits.state)
    let blockBytes = try await bytes(url, "blocks/finalized", limit: Limits.block)
    let state: State
    let block: SignedBlock
    do {
      state = try State(ssz: stateBytes)
    } catch {
      throw CheckpointFailure(url, "the state does not decode: \(error)")
    }
    do {
      block = try SignedBlock(ssz: blockBytes)
    } catch {
      throw CheckpointFailure(url, "the block does not decode: \(error)")
    }
    return (block, state)
  }

  private func bytes(
    _ url: URL, _ endpoint: String, limit: Int
  ) async throws(CheckpointFailure) -> [UInt8] {
    let whole = url.appending(path: "lean/v0/\(endpoint)")
    do throws(HTTPDownload.Failure) {
      return [UInt8](try await download.get(whole, limit: limit))
    } catch {
      throw CheckpointFailure(whole, "\(error)")
    }
  }

  /// The most bytes of an answer.
  private enum Limits {
    /// 4,096 validators, twelve days of block roots and open votes for 1,024 targets have 18 MB;
    /// leanSpec has no limit, and allows votes for more targets than any chain will see.
    static let state = 64 << 20

    /// The largest message between peers.
    static let block = 10 << 20
  }
}

/// Why there is no checkpoint, one line with the URL.
package struct CheckpointFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line.
  package let description: String

  init(description: String) { self.description = description }

  init(_ url: URL, _ problem: String) {
    description = "checkpoint from \(url.absoluteString): \(problem)"
  }
}
