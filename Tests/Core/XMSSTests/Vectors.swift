import Foundation
import Hashing
import SSZ
import XMSS

/// The files of `Tests/Vectors/xmss`, decoded as far as these tests need them.
struct XMSSVectors: Decodable, Sendable {
  struct Permutation: Decodable, Sendable {
    let input: [UInt32]
    let output: [UInt32]
  }

  struct Key: Decodable, Sendable {
    let label: String
    let prfKey: HexBytes
    let parameter: [UInt32]
    let activationSlot: UInt64
    let numActiveSlots: UInt64
    let publicKeySsz: HexBytes
    let publicKeyHashTreeRoot: HexBytes
    let bottomTreeRoots: [[UInt32]]
    let randomPaddingInDrawOrder: [[UInt32]]
    let secretKeySsz: HexBytes?
    let signatures: [Signed]
    let negative: [Case]

    var publicKey: PublicKey {
      get throws { try PublicKey(ssz: publicKeySsz.bytes) }
    }
  }

  struct Signed: Decodable, Sendable {
    let slot: UInt64
    let message: HexBytes
    let attempt: UInt64
    let codeword: [UInt8]
    let leaf: [UInt32]
    let signatureSsz: HexBytes
    let signatureHashTreeRoot: HexBytes
  }

  struct Case: Decodable, Sendable {
    let name: String
    let publicKeySsz: HexBytes
    let slot: UInt64
    let message: HexBytes
    let signatureSsz: HexBytes
    let outcome: String
  }

  struct Hashing: Decodable, Sendable {
    struct Compression: Decodable, Sendable {
      let width: Int
      let input: [UInt32]
      let output: [UInt32]
    }

    struct Sponge: Decodable, Sendable {
      let capacity: [UInt32]
      let input: [UInt32]
      let output: [UInt32]
    }

    struct Separator: Decodable, Sendable {
      let lengths: [UInt32]
      let output: [UInt32]
    }

    struct TweakHash: Decodable, Sendable {
      struct Tweak: Decodable, Sendable {
        let kind: String
        let epoch: UInt64?
        let chainIndex: UInt64?
        let step: UInt64?
        let level: UInt64?
        let index: UInt64?
      }

      let tweak: Tweak
      let parameter: [UInt32]
      let digests: [[UInt32]]
      let output: [UInt32]
    }

    struct Chain: Decodable, Sendable {
      let parameter: [UInt32]
      let epoch: UInt32
      let chainIndex: UInt8
      let startStep: UInt8
      let numSteps: UInt8
      let startDigest: [UInt32]
      let output: [UInt32]
    }

    let compress: [Compression]
    let sponge: [Sponge]
    let safeDomainSeparator: [Separator]
    let tweakHash: [TweakHash]
    let hashChain: [Chain]
  }

  struct Encoding: Decodable, Sendable {
    let message: HexBytes
    let slot: UInt64
    let parameter: [UInt32]
    let rho: [UInt32]
    let messageFieldElements: [UInt32]
    let epochFieldElements: [UInt32]
    let digits: [UInt8]
    let onTargetLayer: Bool
  }

  struct PRF: Decodable, Sendable {
    struct Case: Decodable, Sendable {
      let kind: String
      let slot: UInt64
      let chainIndex: UInt64?
      let message: HexBytes?
      let counter: UInt64?
      let output: [UInt32]
    }

    let prfKey: HexBytes
    let cases: [Case]
  }

  struct Leaves: Decodable, Sendable {
    struct Case: Decodable, Sendable {
      let slot: UInt64
      let chainEnds: [[UInt32]]
      let leaf: [UInt32]
    }

    let prfKey: HexBytes
    let parameter: [UInt32]
    let cases: [Case]
  }

  let poseidonPermutation16: [Permutation]
  let poseidonPermutation24: [Permutation]
  let hashing: Hashing
  let messageEncoding: [Encoding]
  let prf: PRF
  let leaves: Leaves
  let keys: [Key]

  static let test = load(XMSSVectors.self, "xmss_test.json")
  static let production = load(XMSSVectors.self, "xmss_prod.json")
  static let leanSig = load(LeanSigVectors.self, "leansig_prod.json")

  /// The schemes that have a file.
  static let schemes = [Scheme.test, .production]

  /// The file of `scheme`.
  static func of(_ scheme: Scheme) -> XMSSVectors {
    scheme == .test ? test : production
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors/xmss")

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  private static func load<Content: Decodable>(_ type: Content.Type, _ name: String) -> Content {
    do {
      let data = try Data(contentsOf: folder.appending(path: name))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(type, from: data)
    } catch {
      fatalError("\(name): \(error)")
    }
  }
}

/// Signatures made by the Rust library leanSig.
struct LeanSigVectors: Decodable, Sendable {
  struct Signed: Decodable, Sendable {
    let publicKey: HexBytes?
    let slot: UInt64
    let message: HexBytes
    let signature: HexBytes
  }

  let publicKey: HexBytes
  let signed: [Signed]
  let verify: [Signed]
}

/// Bytes written as hexadecimal text.
struct HexBytes: Decodable, Sendable, Hashable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let bytes = Hexadecimal.decode(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not hexadecimal: \(text)"))
    }
    self.bytes = bytes
  }

  /// The bytes as a root; zero for any other number than 32.
  var root: Bytes32 { Bytes32(bytes) ?? .zero }
}
