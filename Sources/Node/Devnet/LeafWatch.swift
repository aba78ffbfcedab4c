package import Consensus
private import Foundation
internal import Hashing
internal import SSZ
private import Synchronization

/// Watches every signed message on the network of a devnet and reports a leaf that signed twice.
///
/// What it has seen is written to a file as it is seen, so that it also compares the lives before
/// and after a crash. It knows nothing of journals: it judges what really left.
public final class LeafWatch: Sendable {
  /// A one-time key of a validator.
  struct Leaf: Hashable {
    let validator: UInt64
    let isProposal: Bool
    let slot: UInt64
  }

  private struct State {
    var roots: [Leaf: Bytes32] = [:]
    var violations: [String] = []
  }

  private let state: Mutex<State>
  private let file: FileHandle

  /// Opens or creates the record at `path` and reads what earlier lives have left.
  ///
  /// - Throws: ``DevnetRefusal/damagedDirectory(_:reason:)``.
  public init(path: String) throws(DevnetRefusal) {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forUpdatingAtPath: path), let data = try? file.readToEnd() ?? Data()
    else { throw .damagedDirectory(path, reason: "it cannot be read") }
    self.file = file
    var state = State()
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      // The last line of a process that was killed may be torn.
      guard let (leaf, root) = Self.parse(line) else { continue }
      Self.note(leaf, root, in: &state)
    }
    self.state = Mutex(state)
  }

  /// Leaves that signed two messages, a line each; must stay empty.
  public var violations: [String] { state.withLock { $0.violations } }

  /// How many leaves were seen.
  public var leafCount: Int { state.withLock { $0.roots.count } }

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
      guard Self.note(leaf, root, in: &state) else { return }
      let role = leaf.isProposal ? "p" : "a"
      let line = "\(leaf.validator) \(role) \(leaf.slot) \(root)\n"
      try? file.write(contentsOf: Data(line.utf8))
    }
  }

  /// Remembers a signature; returns whether its leaf is new.
  @discardableResult
  private static func note(_ leaf: Leaf, _ root: Bytes32, in state: inout State) -> Bool {
    guard let other = state.roots[leaf] else {
      state.roots[leaf] = root
      return true
    }
    if other != root {
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
