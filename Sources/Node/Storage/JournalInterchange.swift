package import Foundation
internal import GRDB
private import Hashing
private import SSZ
package import SigningLedger
private import XMSS

/// The journal's portable form: JSON shaped like EIP-3076, with one root per slot and key.
///
/// Numbers are decimal strings and bytes are 0x-hexadecimal, as there.
package struct JournalInterchange: Codable, Equatable, Sendable {
  /// The only version there is.
  package static let version = "swiftlet-one-time-1"

  /// The largest file that is read: 64 MiB hold the full memory of 2,000 keys.
  package static let maximumBytes = 64 << 20

  struct Metadata: Codable, Equatable, Sendable {
    var interchangeFormatVersion: String

    enum CodingKeys: String, CodingKey {
      case interchangeFormatVersion = "interchange_format_version"
    }
  }

  struct Entry: Codable, Equatable, Sendable {
    var publicKey: String
    var genesis: String
    var highWaterSlot: String
    var signed: [Signed]

    enum CodingKeys: String, CodingKey {
      case publicKey = "pubkey"
      case genesis = "genesis_id"
      case highWaterSlot = "high_water_slot"
      case signed
    }
  }

  struct Signed: Codable, Equatable, Sendable {
    var slot: String
    var root: String

    enum CodingKeys: String, CodingKey {
      case slot
      case root = "signing_root"
    }
  }

  var metadata: Metadata
  var data: [Entry]

  /// Writes down records; a key that never signed has none.
  init(_ records: [JournalRecord]) {
    metadata = Metadata(interchangeFormatVersion: Self.version)
    data = records.flatMap { record in
      record.chains.sorted { $0.key < $1.key }.compactMap { genesis, history in
        guard let highWaterSlot = history.highWaterSlot else { return nil }
        return Entry(
          publicKey: "\(record.publicKey)", genesis: "\(genesis)",
          highWaterSlot: "\(highWaterSlot)",
          signed: history.roots.sorted { $0.key < $1.key }.map { slot, root in
            Signed(slot: "\(slot)", root: "\(root)")
          })
      }
    }
  }

  /// Reads a file's bytes.
  package init(json: Data) throws(JournalError) {
    guard json.count <= Self.maximumBytes else {
      throw JournalError(
        .badInterchange, "the record has \(json.count) bytes; at most \(Self.maximumBytes) are read"
      )
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch {
      throw JournalError(
        .badInterchange,
        "the record is not the JSON that `swiftlet keys journal export` writes: \(reason(error))")
    }
    guard metadata.interchangeFormatVersion == Self.version else {
      throw JournalError(
        .badInterchange,
        "the record has version \(metadata.interchangeFormatVersion); "
          + "this swiftlet reads \(Self.version)")
    }
  }

  /// The file's bytes, the same for the same records.
  package func json() throws(JournalError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(self)
    } catch {
      throw JournalError(.badInterchange, "the record cannot be written as JSON: \(error)")
    }
  }

  /// The records, every field checked.
  func records() throws(JournalError) -> [JournalRecord] {
    var records: [SigningKeyID: JournalRecord] = [:]
    for (index, entry) in data.enumerated() {
      let field = Field(entry: index)
      let publicKey = try field.publicKey(entry.publicKey)
      let genesis = try field.bytes32(entry.genesis, name: "genesis_id")
      var history = KeyHistory()
      for signed in entry.signed {
        let root = try field.bytes32(signed.root, name: "signing_root")
        let slot = try field.slot(signed.slot, name: "slot")
        guard !history.record(slot: slot, root: root) else {
          throw field.refusal("names two roots for slot \(slot): this key is burnt, do not use it")
        }
      }
      history.raiseFloor(to: try field.slot(entry.highWaterSlot, name: "high_water_slot"))
      if let highest = history.highestSlot { history.raiseFloor(to: highest) }
      let id = SigningKeyID(publicKey)
      records[id, default: JournalRecord(publicKey: publicKey)]
        .chains[genesis, default: KeyHistory()].merge(history)
    }
    guard !records.isEmpty else {
      throw JournalError(.badInterchange, "the record names no key; nothing to import")
    }
    return records.values.sorted { $0.key < $1.key }
  }

  /// Reads the fields of one entry and names it when a field is wrong.
  private struct Field {
    var entry: Int

    func refusal(_ text: String) -> JournalError {
      JournalError(.badInterchange, "data[\(entry)] \(text)")
    }

    func publicKey(_ text: String) throws(JournalError) -> PublicKey {
      guard let key = PublicKey(hexadecimal: text) else {
        throw refusal("pubkey is not 52 bytes of hexadecimal, nor 32 of leanXMSS")
      }
      return key
    }

    func bytes32(_ text: String, name: String) throws(JournalError) -> Bytes32 {
      guard let value = Bytes32(hexadecimal: text) else {
        throw refusal("\(name) is not 32 bytes of hexadecimal")
      }
      return value
    }

    func slot(_ text: String, name: String) throws(JournalError) -> UInt64 {
      guard let slot = UInt64(text), slot <= KeyHistory.lastSlot else {
        throw refusal("\(name) is not a slot from 0 to \(KeyHistory.lastSlot): \"\(text)\"")
      }
      return slot
    }
  }
}

/// The part of a decoding error that tells a person where to look.
private func reason(_ error: any Error) -> String {
  guard let error = error as? DecodingError else { return "\(error)" }
  func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return path.isEmpty ? "at the top" : "at \(path.joined(separator: "."))"
  }
  return switch error {
  case .keyNotFound(let key, let context): "\(key.stringValue) is missing \(place(context))"
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    "wrong kind of value \(place(context))"
  case .dataCorrupted: "it is not JSON"
  @unknown default: "\(error)"
  }
}

extension JournalStore {
  /// Retires keys, durably, and then writes down what they signed.
  ///
  /// The order matters: once the record exists, this journal can sign no more with the keys, so the
  /// record cannot be outdated. A retired key may be exported again.
  /// - Parameter keys: The keys to move away, or `nil` for all.
  /// - Returns: The record to hand over.
  /// - Throws: `badInterchange` when a key is unknown or none ever signed.
  package func export(
    keys: Set<SigningKeyID>?
  ) throws(JournalError) -> JournalInterchange {
    let records = try records().filter { keys?.contains($0.key) ?? true }
    if let missing = keys?.subtracting(records.map(\.key)).min() {
      throw JournalError(
        .badInterchange,
        "signing journal \(path) knows no key \(missing.digest); "
          + "`swiftlet keys journal show` lists those it knows")
    }
    let interchange = JournalInterchange(records)
    guard !interchange.data.isEmpty else {
      throw JournalError(
        .badInterchange,
        "none of these keys ever signed under signing journal \(path); they move without a record")
    }
    try write { database in
      for record in records {
        try Self.setRetired(true, record.key, in: database)
      }
    }
    return interchange
  }

  /// Takes over records: floors by maximum, roots by union; the keys sign here from now on.
  ///
  /// - Returns: The records of the imported keys as they are now.
  package func merge(_ interchange: JournalInterchange) throws(JournalError) -> [JournalRecord] {
    let imported = try interchange.records()
    return try write { database in
      let own = Dictionary(
        uniqueKeysWithValues: try Self.records(in: database).map { ($0.key, $0) })
      for record in imported {
        try Self.insertKey(record.publicKey, in: database)
        try Self.setRetired(false, record.key, in: database)
        for (genesis, history) in record.chains {
          let before = own[record.key]?.chains[genesis] ?? KeyHistory()
          var after = before
          after.merge(history)
          if let floor = after.floor {
            try Self.raiseFloor(of: record.key, genesis: genesis, to: floor, in: database)
          }
          // Below the old floor nothing is claimed again, and old rows may linger.
          let new = after.roots.filter { slot, _ in
            before.roots[slot] == nil && (before.floor.map { $0 < slot } ?? true)
          }
          for (slot, root) in new.sorted(by: { $0.key < $1.key }) {
            let claim = SigningClaim(publicKey: record.publicKey, slot: slot, root: root)
            try Self.insertClaim(claim, genesis: genesis, in: database)
          }
        }
      }
      let keys = Set(imported.map(\.key))
      return try Self.records(in: database).filter { keys.contains($0.key) }
    }
  }
}
