import Foundation
import Testing

@testable import HTTPServer

struct APITokenTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "api-token-\(UUID().uuidString)")

  @Test func `A token is new each time and only its owner can read it`() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "token").path
    // A file that is there already, open to all.
    #expect(
      FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: 0o666]))
    let first = try APIToken.write(to: path)
    #expect(first.count == 64)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == first + "\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try APIToken.write(to: path) != first)
  }

  @Test func `A folder that is not there is told with its reason`() {
    #expect {
      try APIToken.write(to: "/nonexistent/token")
    } throws: { error in
      "\(error)" == "cannot write the token '/nonexistent/token': No such file or directory"
    }
  }
}
