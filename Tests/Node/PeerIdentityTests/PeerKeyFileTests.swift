import Foundation
import Hashing
import KeyFiles
import NodeTestSupport
import PeerIdentity
import Testing

struct PeerKeyFileTests {
  private let secret = Bytes32 { $0[31] = 7 }

  @Test func `the first start makes the file, the second reads it`() throws {
    let scratch = try Scratch()
    let path = scratch.path("node.key")
    let made = try PeerKeyFile.readOrMake(path) { secret }
    let read = try PeerKeyFile.readOrMake(path) { Bytes32 { $0[31] = 8 } }
    #expect(read.peerID == made.peerID)
    #expect(try PeerKeyFile.read(path).peerID == made.peerID)
    #expect(!DurableFile.isExposed(path))
  }

  @Test func `a file that is no key is refused and stays as it is`() throws {
    let scratch = try Scratch()
    let path = scratch.path("node.key")
    try Data("no key".utf8).write(to: URL(filePath: path))
    #expect(
      throws: KeyFileError(path, "is no secp256k1 key; 64 hexadecimal digits are expected")
    ) { try PeerKeyFile.readOrMake(path) { secret } }
    #expect(FileManager.default.contents(atPath: path) == Data("no key".utf8))
  }

  @Test func `random bytes that are no key are refused, and nothing is written`() throws {
    let scratch = try Scratch()
    let path = scratch.path("node.key")
    #expect(throws: KeyFileError.self) { try PeerKeyFile.readOrMake(path) { .zero } }
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
