internal import Hashing
internal import SSZ

extension SecretKey {
  /// Signs what `permit` allows.
  ///
  /// Deterministic: the same slot and message give the same bytes.
  ///
  /// - Throws: ``SigningError``; the permit is spent even then.
  /// - Complexity: 913 attempts on average in production, geometrically distributed; below 1 ms
  ///   on average and 6 ms for one in a thousand.
  public func sign(_ permit: consuming SigningPermit) throws(SigningError) -> Signature {
    guard permit.publicKey == publicKey else { throw .otherKey(permit.publicKey) }
    let slot = permit.slot
    guard slot >= activeSlots.lowerBound else {
      throw .notYetActive(slot: slot, firstSlot: activeSlots.lowerBound)
    }
    guard slot < activeSlots.upperBound else {
      throw .exhausted(slot: slot, endSlot: activeSlots.upperBound)
    }
    let tree = slot / scheme.slotsPerBottomTree
    guard let bottomTree = preparedTrees[tree] else {
      throw .notPrepared(slot: slot, prepared: preparedSlots)
    }
    guard let path = provenPath(of: slot, in: bottomTree) else { throw .damaged(slot: slot) }
    guard let found = findCodeword(slot: UInt32(slot), message: permit.message) else {
      throw .noCodeword(attempts: scheme.maximumAttempts)
    }
    let chains = releasedChains(of: found.codeword, slot: UInt32(slot))
    let layout = SignatureLayout(scheme: scheme)
    let bytes = [UInt8](unsafeUninitializedCapacity: layout.byteCount) { buffer, count in
      let output = UnsafeMutableRawBufferPointer(buffer)
      layout.writeOffsets(into: output)
      found.randomness.withUnsafeBytes { output[layout.randomness].copyBytes(from: $0) }
      path.withUnsafeBytes { output[layout.siblings].copyBytes(from: $0) }
      let hashes = output[layout.hashes].elements
      for (index, chain) in chains.enumerated() {
        chain.copyDigest(to: hashes + index * Scheme.digestElements)
      }
      count = layout.byteCount
    }
    return Signature(trusted: bytes)
  }

  /// The siblings of a leaf on the way up to the public key; `nil` when a node of them is damaged or
  /// cannot be read.
  ///
  /// Nodes from outside are hashed up to the public key, 32 hashes: a signature with a wrong one
  /// would spend the leaf for nothing and look like forgery to peers.
  func provenPath(of slot: UInt64, in bottomTree: KeyTree) -> [UInt32]? {
    let tree = slot / scheme.slotsPerBottomTree
    let digest = Scheme.digestElements
    let count = scheme.logLifetime * digest
    var isRead = false
    let path = [UInt32](unsafeUninitializedCapacity: count) { output, initializedCount in
      isRead =
        bottomTree.copyPath(from: slot, to: output.start)
        && topTree.copyPath(from: tree, to: output.start + scheme.subtreeHeight * digest)
      initializedCount = isRead ? count : 0
    }
    guard isRead else { return nil }
    guard bottomTree.isStored || topTree.isStored else { return path }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * digest) { pair in
      // A node lies in the half that its index tells, its sibling in the other.
      func half(_ index: UInt64) -> UnsafeMutablePointer<UInt32> {
        pair.start + Int(index & 1) * digest
      }
      guard bottomTree.copyLowestNode(slot, to: half(slot)) else { return nil }
      for height in 0..<scheme.logLifetime {
        let index = slot >> UInt64(height)
        path.withUnsafeBufferPointer {
          half(index ^ 1).update(from: $0.start + height * digest, count: digest)
        }
        hash.parents(
          of: pair.start, count: 1, level: height + 1, firstIndex: index / 2, into: half(index / 2))
      }
      let root = PublicKey(root: Array(pair[..<digest]), parameter: hash.parameter)
      return root == publicKey ? path : nil
    }
  }

  /// Tries randomness after randomness until the message hashes to a codeword; the first success
  /// counts, so that the result does not depend on the number of lanes.
  private func findCodeword(slot: UInt32, message: Bytes32) -> CodewordSearch.Found? {
    var search = key.withBytes {
      CodewordSearch(key: $0, hash: hash, slot: slot, message: message)
    }
    defer { search.wipeSecrets() }
    let limit = UInt64(scheme.maximumAttempts)
    guard let attempt = hash.kernel.firstSuccess(of: search, limit: limit) else { return nil }
    guard let found = search.attempt(attempt, hash.kernel) else {
      preconditionFailure("attempt \(attempt) is no codeword")
    }
    return found
  }

  /// The chains walked from their secret starts as far as the digits of the codeword say.
  private func releasedChains(of codeword: Codeword, slot: UInt32) -> [HashChain] {
    let dimension = scheme.dimension
    return withUnsafeTemporaryAllocation(
      of: UInt32.self, capacity: dimension * Scheme.digestElements
    ) { starts in
      key.withBytes { key in
        var inputs = (0..<dimension).map { PRFInput(key: key, slot: slot, chain: UInt8($0)) }
        inputs.withUnsafeMutableBufferPointer { inputs in
          hash.kernel.expand(
            inputs.start, count: dimension, elements: Scheme.digestElements, into: starts.start)
          wipe(inputs)
        }
      }
      var chains = codeword.digits.enumerated().map { index, digit in
        HashChain(
          digest: starts.start + index * Scheme.digestElements, parameter: hash.parameter,
          slot: slot, chain: UInt8(index), steps: 0...digit)
      }
      wipe(starts)
      chains.withUnsafeMutableBufferPointer { hash.kernel.walk($0) }
      return chains
    }
  }
}

/// Why a key did not sign.
public enum SigningError: Error, Hashable, Sendable {
  /// The permit is for another key.
  case otherKey(PublicKey)
  /// The slot comes before the key's first.
  case notYetActive(slot: UInt64, firstSlot: UInt64)
  /// The slot comes after the key's last.
  case exhausted(slot: UInt64, endSlot: UInt64)
  /// The slot's tree is not in memory: see ``SecretKey/preparation(for:)``.
  case notPrepared(slot: UInt64, prepared: Range<UInt64>)
  /// A node that the signature needs is damaged or cannot be read: the key's file is not whole.
  case damaged(slot: UInt64)
  /// No randomness led to a codeword; chance of 10^-47 in production.
  case noCodeword(attempts: Int)
}

extension SigningError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .otherKey(let key): "the permit is for key \(key)"
    case .notYetActive(let slot, let first): "slot \(slot) is before the key's first, \(first)"
    case .exhausted(let slot, let end): "slot \(slot) is past the key's end at \(end)"
    case .notPrepared(let slot, let prepared):
      "slot \(slot) is outside the prepared slots \(prepared.lowerBound)..<\(prepared.upperBound)"
    case .damaged(let slot):
      "the key's file is damaged where slot \(slot) is signed: restore it from a copy"
    case .noCodeword(let attempts): "no codeword after \(attempts) attempts"
    }
  }
}

extension Slice<UnsafeMutableRawBufferPointer> {
  /// The address of the slice as field elements.
  fileprivate var elements: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawBufferPointer(rebasing: self).bindMemory(to: UInt32.self).start
  }
}
