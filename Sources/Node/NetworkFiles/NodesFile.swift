package import KeyFiles
package import Libp2p

/// `nodes.yaml`: the peers that are always dialled.
package struct NodesFile: Sendable {
  /// The file's name in a genesis folder.
  package static let fileName = "nodes.yaml"

  /// The peers, in the order of the file.
  package let peers: [DialBook.StaticPeer]

  /// Reads a list of node records and multiaddrs, one of them, or `none`.
  ///
  /// An entry that cannot be used is a warning with its line: operators mix lists of several
  /// clients, and one bad line must not keep a node alone.
  package init(_ file: YAMLValue, _ problems: inout FileProblems) {
    let entries = file.values ?? [file]
    guard entries.count <= Bootnodes.limit else {
      problems.add(
        file.error("has \(entries.count) entries; at most \(Bootnodes.limit) peers can be dialled"))
      peers = []
      return
    }
    peers = entries.flatMap { entry -> [DialBook.StaticPeer] in
      guard !entry.isNothing else { return [] }
      guard let text = entry.text else {
        problems.warn(entry.error("is left out: a node record or multiaddr is expected"))
        return []
      }
      // Some clients' lists are one line with commas.
      let read = Bootnodes(text.split(separator: ",").map(String.init))
      for rejection in read.rejections {
        problems.warn(
          entry.error("\(rejection.entry.prefix(24))... is left out: \(rejection.reason)"))
      }
      return read.peers
    }
  }
}
