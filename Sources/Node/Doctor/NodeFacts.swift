package import Storage

/// What the doctor knows of a node that its settings describe.
package struct NodeFacts: Sendable {
  /// What is known of validator keys.
  package enum Keys: Equatable, Sendable {
    /// The node has no validators.
    case none
    /// Every key was opened; the slots that each can sign.
    case opened([Range<UInt64>])
    /// A running node holds them; the slots that the manifest names.
    case held(Range<UInt64>?)
    /// A key is not in order.
    case broken(reason: String)
  }

  /// The prover of other processes in the data directory.
  package enum Prover: Equatable, Sendable {
    /// There is none.
    case embedded
    case installed
    /// What is there is of another generation, or was not installed to its end.
    case unusable
  }

  /// A port that the node listens on.
  package struct Port: Equatable, Sendable {
    /// How it is used: "QUIC, UDP 9000".
    package var name: String
    /// Why it cannot be had; `nil` if it can.
    package var refusal: String?

    package init(name: String, refusal: String?) {
      (self.name, self.refusal) = (name, refusal)
    }
  }

  package var dataDirectory: String
  /// Room for the node's user where the data is.
  package var freeDiskBytes: UInt64?
  /// Why nothing can be written there; `nil` if it can.
  package var writeRefusal: String?
  /// When slot 0 begins; `nil` without a genesis file.
  package var genesisSeconds: UInt64?
  package var validators = 0
  package var keys = Keys.none
  package var journal: StoredFile?
  /// What the keys would find in the journal; `nil` without validators, and while it cannot be read.
  package var signingStart: JournalStart?
  package var database: StoredFile?
  /// Why the node would refuse the database of another network.
  package var databaseRefusal: String?
  package var ports: [Port] = []
  package var prover = Prover.embedded
  /// What the settings have wrong, and what works although it looks wrong; a line each.
  package var problems: [String] = []
  package var warnings: [String] = []

  /// Facts of a data directory of which nothing else is known.
  package init(dataDirectory: String) {
    self.dataDirectory = dataDirectory
  }

  /// The process that runs this node now.
  package var holder: Int32? {
    for file in [database, journal] {
      if case .held(let process) = file?.state { return process }
    }
    return nil
  }
}
