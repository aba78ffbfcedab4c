internal import Hashing
internal import SSZ

/// Types that vectors define for one test and name by their kind and size, such as
/// `SampleBitlist16` or `BoundaryUint64List32`.
extension SSZVectorType {
  /// The type that `name` describes; `nil` when it describes none.
  static func sizedType(named name: String) -> SSZVectorType? {
    let pattern = /(Uint8|Uint16|Uint32|Uint64|Boolean|Bytes32)(List|Vector)(\d+)$/
    if let match = name.firstMatch(of: pattern), let size = Int(match.3) {
      return collection(of: match.1, isList: match.2 == "List", size)
    }
    if let match = name.firstMatch(of: /(Bitlist|Bitvector)(\d+)$/),
      let size = Int(match.2)
    {
      return match.1 == "Bitlist" ? bitlist(limit: size) : bitvector(count: size)
    }
    return nil
  }

  private static func collection(
    of element: Substring, isList: Bool, _ size: Int
  ) -> SSZVectorType? {
    func type<Element: SSZType & Codable>(_: Element.Type) -> SSZVectorType {
      isList ? list(of: Element.self, limit: size) : vector(of: Element.self, count: size)
    }
    switch element {
    case "Uint8": return type(UInt8.self)
    case "Uint16": return type(UInt16.self)
    case "Uint32": return type(UInt32.self)
    case "Uint64": return type(UInt64.self)
    case "Boolean": return type(Bool.self)
    case "Bytes32": return type(Bytes32.self)
    default: return nil
    }
  }

  private static func list<Element: SSZType & Codable>(
    of type: Element.Type, limit: Int
  ) -> SSZVectorType {
    SSZVectorType(
      decode: { DataBox(data: try SSZElements<Element>.decodeList($0, limit: limit)) },
      encode: { SSZElements.encode($0.data, into: &$1) },
      byteCount: { SSZElements.byteCount(of: $0.data) },
      root: {
        Merkle.mixIn(count: $0.data.count, to: SSZElements.root(of: $0.data, limit: limit))
      })
  }

  private static func vector<Element: SSZType & Codable>(
    of type: Element.Type, count: Int
  ) -> SSZVectorType {
    SSZVectorType(
      decode: { DataBox(data: try SSZElements<Element>.decodeVector($0, count: count)) },
      encode: { SSZElements.encode($0.data, into: &$1) },
      byteCount: { SSZElements.byteCount(of: $0.data) },
      root: { SSZElements.root(of: $0.data, limit: count) })
  }

  private static func bitlist(limit: Int) -> SSZVectorType {
    SSZVectorType(
      decode: { try Bits(bitlist: $0, limit: limit) },
      encode: { $0.encodeBitlist(into: &$1) },
      byteCount: { $0.bitlistByteCount },
      root: { Merkle.mixIn(count: $0.count, to: $0.root(limit: limit)) })
  }

  private static func bitvector(count: Int) -> SSZVectorType {
    SSZVectorType(
      decode: { try Bits(bitvector: $0, count: count) },
      encode: { $0.encodeBitvector(into: &$1) },
      byteCount: { $0.bitvectorByteCount },
      root: { $0.root(limit: count) })
  }
}
