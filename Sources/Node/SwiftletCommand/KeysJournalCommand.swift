internal import ArgumentParser
private import Foundation
private import Hashing
private import KeyFiles
private import SSZ
private import SigningLedger
private import Storage
private import XMSS

/// Shows and moves what keys signed.
struct KeysJournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Show, export or import what keys have signed.",
    discussion: """
      To move keys to another machine: stop the node, export the journal, copy the keys and the \
      record, import the record there, then start the other node. Exporting retires the keys here \
      first, so that a forgotten node cannot sign with them again.
      """,
    subcommands: [JournalShowCommand.self, JournalExportCommand.self, JournalImportCommand.self])
}

/// Lists the keys of a journal.
struct JournalShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "List the keys that a journal knows, with their floors.")

  @Argument(help: "The journal's file, or the folder that holds it.", completion: .file())
  var journal: String

  func run() throws {
    let store = try openJournal(journal)
    defer { try? store.close() }
    let records = try store.records()
    if records.isEmpty { print("no key has used this journal") }
    for record in records {
      print("key \(record.publicKey)\(record.isRetired ? ", retired" : "")")
      for (genesis, history) in record.chains.sorted(by: { $0.key < $1.key }) {
        let floor = history.floor.map { "\($0)" } ?? "none"
        let last = history.highestSlot.map { "\($0)" } ?? "none"
        print("  genesis \(genesis.short): floor \(floor), last signed slot \(last)")
      }
    }
  }
}

/// Exports a record.
struct JournalExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Retire keys here and write down what they signed.",
    discussion: """
      The keys sign no more with this journal, even if writing the file fails; export again then. \
      The file is JSON shaped like EIP-3076.
      """)

  @Argument(help: "The journal's file, or the folder that holds it.", completion: .file())
  var journal: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var to: String

  @Option(
    name: .customLong("key"), parsing: .singleValue,
    help: ArgumentHelp(
      "Export this public key only; repeat it for more.", valueName: "hexadecimal"))
  var keys: [String] = []

  func run() throws {
    guard !FileManager.default.fileExists(atPath: to) else {
      throw ValidationError("\(to) exists; name a new file")
    }
    let folder = URL(filePath: to).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      throw ValidationError(
        "\(folder) cannot be written by this user; name a file elsewhere: nothing was exported")
    }
    var chosen: Set<SigningKeyID>?
    if !keys.isEmpty {
      chosen = Set(
        try keys.map { text in
          guard let key = PublicKey(hexadecimal: text) else {
            throw ValidationError(
              "--key \(text) is not 52 bytes of hexadecimal, nor 32 of leanXMSS")
          }
          return SigningKeyID(key)
        })
    }
    let store = try openJournal(journal)
    defer { try? store.close() }
    let record = try store.export(keys: chosen)
    try DurableFile.create(record.json(), at: to, readers: .owner)
    print("wrote \(to); the keys in it are retired here: import it where they sign next")
  }
}

/// Imports a record.
struct JournalImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over what keys signed elsewhere.",
    discussion: """
      Floors only rise, and importing twice changes nothing. Import before the first start with \
      the keys: a start without a record keeps them silent for two slots only.
      """)

  @Argument(help: "The journal's file, or the folder that holds it.", completion: .file())
  var journal: String

  @Option(help: ArgumentHelp("The file to read.", valueName: "file"), completion: .file())
  var from: String

  func run() throws {
    let json = try DurableFile.read(from, maximumBytes: JournalInterchange.maximumBytes)
    let interchange = try JournalInterchange(json: json)
    let store = try openJournal(journal, mayCreate: true)
    defer { try? store.close() }
    for record in try store.merge(interchange) {
      let floor = record.history(under: nil).highWaterSlot.map { "\($0)" } ?? "none"
      print("key \(record.publicKey): signs above slot \(floor)")
    }
  }
}

/// Opens the journal at a path, or in the folder at a path.
private func openJournal(_ path: String, mayCreate: Bool = false) throws -> JournalStore {
  var isFolder: ObjCBool = false
  let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
  var file = path
  if isThere, isFolder.boolValue {
    let folder = try? KeyFolder(path: path)
    file = folder?.journalPath ?? "\(path)/\(KeyFolder.journalName)"
  }
  guard mayCreate || FileManager.default.fileExists(atPath: file) else {
    throw ValidationError("\(file) does not exist; name the journal or the folder of the keys")
  }
  return try JournalStore(path: file)
}
