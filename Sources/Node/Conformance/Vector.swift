public import Foundation

/// One file of test vectors.
public struct Vector: Sendable {
  /// The path below the folder that was given.
  public let path: String

  /// The JSON text.
  public let data: Data

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

  /// Reads the parts that all formats share.
  ///
  /// - Throws: `DecodingError` when the text is not a JSON object or a shared part is malformed.
  init(path: String, data: Data, folder: URL) throws {
    struct Header: Decodable {
      let leanEnv: Environment?
      let proofSetting: ProofSetting?
      let rejectionReason: String?
    }
    let header = try JSONDecoder().decode(Header.self, from: data)
    self.path = path
    self.data = data
    self.folder = folder
    environment = header.leanEnv ?? .test
    proofSetting = header.proofSetting ?? .mocked
    rejectionReason = header.rejectionReason
    keys = Set(try JSONDecoder().decode([String: Ignored].self, from: data).keys)
  }

  /// Decodes the fields that a format adds.
  public func decode<Content: Decodable>(_ type: Content.Type = Content.self) throws -> Content {
    try JSONDecoder().decode(type, from: data)
  }
}

/// A JSON value nobody looks at.
private struct Ignored: Decodable {
  init(from decoder: any Decoder) throws {}
}
