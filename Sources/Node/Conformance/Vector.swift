public import Foundation

/// One case of a file of test vectors.
///
/// A file is one case, or an object of cases by the identifier of the test that made them, as
/// leanSpec's `fill` writes it.
public struct Vector: Sendable {
  /// The path below the folder that was given.
  public let path: String

  /// The JSON text of the file.
  private let data: Data

  /// The identifier of the case in its file; `nil` when the file is the case.
  let caseID: String?

  /// The folder of the file, for formats that keep binary data beside their JSON.
  public let folder: URL

  /// The XMSS scheme that the vector was made with.
  public let environment: Environment

  /// The reason why the input must be refused, if it must; leanSpec's string.
  public let rejectionReason: String?

  /// What the proofs in the vector are.
  public let proofSetting: ProofSetting

  /// The keys at the top of the file: they tell the format.
  let keys: Set<String>

  /// The format by leanSpec's own name, if the case says so.
  let namedFormat: String?

  /// The XMSS schemes of vectors.
  public enum Environment: String, Decodable, Sendable {
    /// The small scheme.
    case test
    /// The scheme of the network.
    case production = "prod"
  }

  /// What the proofs in a vector are.
  public enum ProofSetting: Int, Decodable, Sendable {
    /// Placeholders, which nobody verifies.
    case mocked
    /// Real and valid.
    case valid
    /// Real, and verification must fail.
    case invalid
  }

  /// Reads the cases of a file.
  ///
  /// - Throws: `DecodingError` when the text is not a JSON object or a shared part is malformed.
  static func cases(path: String, data: Data, folder: URL) throws -> [Vector] {
    let cases = try JSONDecoder().decode([String: Keys].self, from: data)
    guard !cases.isEmpty, cases.values.allSatisfy({ $0.names.contains("network") }) else {
      return [try Vector(path: path, data: data, folder: folder)]
    }
    return try cases.keys.sorted().map { caseID in
      try Vector(path: path, data: data, folder: folder, caseID: caseID)
    }
  }

  init(path: String, data: Data, folder: URL, caseID: String? = nil) throws {
    struct Header: Decodable {
      let leanEnv: Environment?
      let proofSetting: ProofSetting?
      let rejectionReason: String?
      let info: Info?

      struct Info: Decodable {
        let fixtureFormat: String?
      }

      enum CodingKeys: String, CodingKey {
        case leanEnv, proofSetting, rejectionReason
        case info = "_info"
      }
    }
    let header: Header = try Vector.decode(data, caseID)
    self.path = path
    self.data = data
    self.folder = folder
    self.caseID = caseID
    environment = header.leanEnv ?? .test
    proofSetting = header.proofSetting ?? .mocked
    rejectionReason = header.rejectionReason
    keys = try (Vector.decode(data, caseID) as Keys).names
    namedFormat = header.info?.fixtureFormat.map { name in
      name.hasSuffix("_test") ? String(name.dropLast(5)) : name
    }
  }

  /// What tells the case from all others of a tree.
  var name: String { caseID.map { "\(path) \($0)" } ?? path }

  /// Decodes the fields that a format adds.
  public func decode<Content: Decodable>(
    _ type: Content.Type = Content.self,
    keys: JSONDecoder.KeyDecodingStrategy = .useDefaultKeys
  ) throws -> Content {
    try Vector.decode(data, caseID, keys: keys)
  }

  private static func decode<Content: Decodable>(
    _ data: Data, _ caseID: String?, keys: JSONDecoder.KeyDecodingStrategy = .useDefaultKeys
  ) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = keys
    guard let caseID, let member = Member<Content>.key else {
      return try decoder.decode(Content.self, from: data)
    }
    decoder.userInfo[member] = caseID
    return try decoder.decode(Member<Content>.self, from: data).content
  }
}

/// The value of one key of an object; the others are not looked at.
private struct Member<Content: Decodable>: Decodable {
  /// Which key; a name that Foundation always takes.
  static var key: CodingUserInfoKey? { CodingUserInfoKey(rawValue: "member") }

  let content: Content

  init(from decoder: any Decoder) throws {
    let name = Name(Self.key.flatMap { decoder.userInfo[$0] as? String } ?? "")
    content = try decoder.container(keyedBy: Name.self).decode(Content.self, forKey: name)
  }
}

/// The keys of an object; none for any other value.
private struct Keys: Decodable {
  let names: Set<String>

  init(from decoder: any Decoder) throws {
    let names = try? decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
    self.names = Set(names ?? [])
  }
}

/// Any key.
private struct Name: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
