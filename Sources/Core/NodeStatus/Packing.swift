internal import ChainEvents
internal import Hashing

/// A value that can be kept as a few bytes while nobody looks at it, and sent to another fold.
protocol Packable: Sendable {
  /// The value to read into.
  static var blank: Self { get }

  /// Writes every part of the value, or reads it back: one list of parts serves both.
  mutating func code(_ coder: inout PackCoder)
}

extension Packable {
  /// The value as bytes.
  var packed: [UInt8] {
    var coder = PackCoder()
    coder.write(self)
    return coder.bytes
  }
}

/// Writes values to bytes, or reads them back: small numbers take one byte.
///
/// The bytes may come from a file or from another machine. Whatever does not fit is read as blank
/// and noted, and no number is read that is beyond ``EventBounds``.
struct PackCoder {
  private(set) var bytes: [UInt8] = []
  private var offset = 0
  /// Whether values are read.
  let isReading: Bool
  /// Whether something that was read did not fit.
  private(set) var isBroken = false

  /// Begins to write.
  init() { isReading = false }

  /// Begins to read.
  init(reading bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
    isReading = true
  }

  /// Whether all bytes were read and every value fitted.
  var isWhole: Bool { !isBroken && offset == bytes.count }

  /// Writes or reads one part.
  mutating func callAsFunction<Value: Packable>(_ value: inout Value) {
    if isReading { value = .blank }
    value.code(&self)
  }

  /// Writes or reads several parts of a value.
  mutating func callAsFunction<Whole, each Part: Packable>(
    _ whole: inout Whole, _ parts: repeat WritableKeyPath<Whole, each Part>
  ) {
    repeat self(&whole[keyPath: each parts])
  }

  mutating func write(_ value: some Packable) {
    var value = value
    value.code(&self)
  }

  mutating func read<Value: Packable>() -> Value {
    var value = Value.blank
    value.code(&self)
    return value
  }

  /// Notes that what was read cannot be.
  mutating func refuse() { isBroken = true }

  /// Writes or reads a group of parts that may be absent.
  mutating func optional<Group>(
    _ group: inout Group?, blank: Group, _ code: (inout PackCoder, inout Group) -> Void
  ) {
    var isThere = group != nil
    self(&isThere)
    guard isThere else {
      group = nil
      return
    }
    var value = isReading ? blank : group ?? blank
    code(&self, &value)
    group = value
  }

  mutating func byte(_ value: inout UInt8) {
    guard isReading else { return bytes.append(value) }
    guard offset < bytes.count else { return refuse() }
    value = bytes[offset]
    offset += 1
  }

  /// Seven bits a byte, lowest first.
  mutating func number(_ value: inout UInt64) {
    guard isReading else {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      return bytes.append(UInt8(rest))
    }
    value = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      var next: UInt8 = 0
      byte(&next)
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return }
    }
    refuse()
  }

  /// The number of elements that follow, each of a byte at least.
  mutating func count(_ value: Int) -> Int {
    var count = UInt64(value)
    number(&count)
    guard isReading else { return value }
    guard count <= UInt64(bytes.count - offset) else {
      refuse()
      return 0
    }
    return Int(count)
  }

  mutating func raw(_ value: inout [UInt8]) {
    let length = count(value.count)
    guard isReading else { return bytes.append(contentsOf: value) }
    value = Array(bytes[offset..<offset + length])
    offset += length
  }

  /// Appends bytes that need no length.
  mutating func root(_ value: inout Bytes32) {
    guard isReading else { return value.withBytes { bytes.append(contentsOf: $0) } }
    guard offset + Bytes32.count <= bytes.count,
      let root = Bytes32(bytes[offset..<offset + Bytes32.count])
    else { return refuse() }
    value = root
    offset += Bytes32.count
  }
}

// MARK: - Parts

extension UInt64: Packable {
  static let blank: UInt64 = 0

  mutating func code(_ coder: inout PackCoder) {
    coder.number(&self)
    if coder.isReading { self = Swift.min(self, EventBounds.number) }
  }
}

extension Packable where Self: FixedWidthInteger & SignedInteger {
  static var blank: Self { 0 }

  /// The sign in the lowest bit, so that small negative numbers are small.
  mutating func code(_ coder: inout PackCoder) {
    let wide = Int64(self)
    var folded = UInt64(bitPattern: wide << 1 ^ wide >> 63)
    coder.number(&folded)
    guard coder.isReading else { return }
    let value = Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
    // Sums of several still fit: a time in a slot is at most three days away from it, and nobody
    // counts to a million million.
    let limit =
      Self.bitWidth == 32 ? 1 << 28 : Self.self == Int.self ? 1 << 40 : Int64(EventBounds.number)
    self = Self(clamping: Swift.min(Swift.max(value, -limit), limit))
  }
}

extension Int: Packable {}
extension Int64: Packable {}
extension Int32: Packable {}

extension Packable where Self: FixedWidthInteger & UnsignedInteger {
  static var blank: Self { 0 }

  mutating func code(_ coder: inout PackCoder) {
    var wide = UInt64(self)
    coder.number(&wide)
    if coder.isReading { self = Self(clamping: wide) }
  }
}

extension UInt16: Packable {}
extension UInt8: Packable {}

extension Bool: Packable {
  static let blank = false

  mutating func code(_ coder: inout PackCoder) {
    var mark: UInt8 = self ? 1 : 0
    coder.byte(&mark)
    self = mark == 1
  }
}

extension Bytes32: Packable {
  static let blank = Bytes32.zero

  mutating func code(_ coder: inout PackCoder) { coder.root(&self) }
}

extension String: Packable {
  static let blank = ""

  mutating func code(_ coder: inout PackCoder) {
    var text = Array(utf8)
    coder.raw(&text)
    if coder.isReading { self = String(decoding: text, as: UTF8.self).bounded() }
  }
}

extension Optional: Packable where Wrapped: Packable {
  static var blank: Wrapped? { nil }

  mutating func code(_ coder: inout PackCoder) {
    var isThere = self != nil
    coder(&isThere)
    guard isThere else { return }
    var value: Wrapped = self ?? Wrapped.blank
    value.code(&coder)
    self = value
  }
}

extension Array: Packable where Element: Packable {
  static var blank: [Element] { [] }

  mutating func code(_ coder: inout PackCoder) {
    let count = coder.count(count)
    guard coder.isReading else { return forEach { coder.write($0) } }
    self = (0..<count).map { _ in coder.read() }
  }
}

extension Dictionary: Packable where Key: Packable, Value: Packable {
  static var blank: [Key: Value] { [:] }

  mutating func code(_ coder: inout PackCoder) {
    let count = coder.count(count)
    guard coder.isReading else {
      for (key, value) in self {
        coder.write(key)
        coder.write(value)
      }
      return
    }
    self = [:]
    for _ in 0..<count {
      // Both have their types: what a subscript takes is an optional, which is read otherwise.
      let key: Key = coder.read()
      let value: Value = coder.read()
      self[key] = value
    }
  }
}

/// A word of a closed vocabulary takes one byte, its place there.
extension Packable where Self: CaseIterable & Equatable {
  static var blank: Self {
    guard let first = allCases.first else { preconditionFailure("\(Self.self) has no words") }
    return first
  }

  mutating func code(_ coder: inout PackCoder) {
    var place = UInt8(clamping: Array(Self.allCases).firstIndex(of: self) ?? 0)
    coder.byte(&place)
    guard coder.isReading else { return }
    guard Int(place) < Self.allCases.count else { return coder.refuse() }
    self = Array(Self.allCases)[Int(place)]
  }
}

extension Stage: Packable {}
extension Duty: Packable {}
extension DutyOutcome: Packable {}
extension StaleReason: Packable {}
extension RefreshReason: Packable {}
extension FallbackReason: Packable {}
extension MissReason: Packable {}
extension ForceState: Packable {}
extension ProverState: Packable {}
extension SyncState: Packable {}
extension PeerDirection: Packable {}
extension JournalOperation: Packable {}
extension KeyRole: Packable {}
extension Fault: Packable {}
extension AlarmKind: Packable {}
extension AlarmLevel: Packable {}
extension ProposalRecord.Fate: Packable {}
extension Downtime.Cause: Packable {}

extension ValidatorSet: Packable {
  static let blank = ValidatorSet()

  mutating func code(_ coder: inout PackCoder) {
    let count = coder.count(words.count)
    var words = coder.isReading ? Array(repeating: 0, count: count) : words
    for index in words.indices { coder.number(&words[index]) }
    self = ValidatorSet(words: words)
  }
}

extension VotePoint: Packable {
  static let blank = VotePoint(root: .zero, slot: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.root, \.slot)
  }
}
