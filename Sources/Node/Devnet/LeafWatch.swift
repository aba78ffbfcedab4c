package import Consensus
private import Foundation
internal import Hashing
internal import SSZ
private import Synchronization

/// Watches every signed message on the network of a devnet and reports a leaf that signed twice.
///
/// What it has seen is written to a file as it is seen, so that it also compares the lives before
/// and after a crash. It knows nothing of journals: it judges what really left.
package final class LeafWatch: Sendable {
  /// A one-time key of a validator.
  struct Leaf: Hashable {
    let validator: UInt64
    let isProposal: Bool
    let slot: UInt64
  }

  /// Leaves that are remembered, in some 25 MB.
  ///
  /// A day of six validators, nine minutes of a thousand. The oldest slots go first: a node that signs
  /// again after a crash does so within slots of it.
  package static let leafLimit = 1 << 18

  /// Lines that are told of leaves that signed two messages; one is one too many.
  static let violationLimit = 100

  private struct State {
    var slots: [UInt64: [Leaf: Bytes32]] = [:]
    var leafCount = 0
    var violations: [String] = []
    /// Bytes of the file.
    var size = 0
  }

  private let state: Mutex<State>
  private let limit: Int
  private let file: FileHandle

  /// Opens or creates the record at `path` and reads what earlier lives have left.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: Leaves that are remembered.
  /// - Throws: ``DevnetRefusal/damagedDirectory(_:reason:)``.
  package init(path: String, limit: Int = leafLimit) throws(DevnetRefusal) {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    self.limit = limit
    guard let file = FileHandle(forUpdatingAtPath: path),
      let state = try? Self.read(file, limit: limit)
    else { throw .damagedDirectory(path, reason: "it cannot be read") }
    self.file = file
    self.state = Mutex(state)
  }

  /// Reads the end of a record, as much of it as a full memory takes.
  private static func read(_ file: FileHandle, limit: Int) throws -> State {
    let size = try file.seekToEnd()
    try file.seek(toOffset: size - min(size, UInt64(fileLimit(limit))))
    let data = try file.readToEnd() ?? Data()
    var state = State()
    state.size = Int(clamping: size)
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      // The last line of a process that was killed may be torn.
      guard let (leaf, root) = parse(line) else { continue }
      note(leaf, root, in: &state, limit: limit)
    }
    // The next line must not grow onto a torn one.
    if data.last.map({ $0 != UInt8(ascii: "\n") }) ?? false {
      try file.write(contentsOf: Data("\n".utf8))
    }
    return state
  }

  /// Bytes of the file at which it is written anew: twice what a full memory takes.
  private static func fileLimit(_ limit: Int) -> Int { limit * 2 * 96 }

  /// Leaves that signed two messages, a line each; must stay empty.
  package var violations: [String] { state.withLock { $0.violations } }

  /// How many leaves are remembered.
  package var leafCount: Int { state.withLock { $0.leafCount } }

  package func note(_ block: SignedBlock) {
    note(
      Leaf(
        validator: block.block.proposerIndex.rawValue, isProposal: true,
        slot: block.block.slot.rawValue),
      block.block.hashTreeRoot())
  }

  package func note(_ attestation: SignedAttestation) {
    note(
      Leaf(
        validator: attestation.validatorIndex.rawValue, isProposal: false,
        slot: attestation.data.slot.rawValue),
      attestation.data.hashTreeRoot())
  }

  private func note(_ leaf: Leaf, _ root: Bytes32) {
    state.withLock { state in
      guard Self.note(leaf, root, in: &state, limit: limit) else { return }
      let line = Self.line(leaf, root)
      try? file.write(contentsOf: Data(line.utf8))
      state.size += line.utf8.count
      if state.size > Self.fileLimit(limit) { shorten(&state) }
    }
  }

  /// Writes the file anew with what is remembered.
  private func shorten(_ state: inout State) {
    let leaves = state.slots.sorted { $0.key < $1.key }.flatMap(\.value)
    let data = Data(leaves.map { Self.line($0.key, $0.value) }.joined().utf8)
    guard (try? file.truncate(atOffset: 0)) != nil, (try? file.write(contentsOf: data)) != nil
    else { return }
    state.size = data.count
  }

  private static func line(_ leaf: Leaf, _ root: Bytes32) -> String {
    "\(leaf.validator) \(leaf.isProposal ? "p" : "a") \(leaf.slot) \(root)\n"
  }

  /// Remembers a signature; returns whether its leaf is new.
  @discardableResult
  private static func note(
    _ leaf: Leaf, _ root: Bytes32, in state: inout State, limit: Int
  ) -> Bool {
    guard let other = state.slots[leaf.slot]?[leaf] else {
      state.slots[leaf.slot, default: [:]][leaf] = root
      state.leafCount += 1
      while state.leafCount > limit, let oldest = state.slots.keys.min() {
        state.leafCount -= state.slots.removeValue(forKey: oldest)?.count ?? 0
      }
      return true
    }
    if other != root, state.violations.count < violationLimit {
      let key = leaf.isProposal ? "proposal" : "attestation"
      state.violations.append(
        "the \(key) key of validator \(leaf.validator) signed \(other.short) and \(root.short) "
          + "in slot \(leaf.slot)")
    }
    return false
  }

  private static func parse(_ line: Substring) -> (Leaf, Bytes32)? {
    let words = line.split(separator: " ")
    guard words.count == 4, let validator = UInt64(words[0]), ["a", "p"].contains(words[1]),
      let slot = UInt64(words[2]), let root = Bytes32(hexadecimal: String(words[3]))
    else { return nil }
    return (Leaf(validator: validator, isProposal: words[1] == "p", slot: slot), root)
  }
}
