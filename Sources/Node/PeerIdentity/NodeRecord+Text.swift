private import Foundation

extension NodeRecord: CustomStringConvertible {
  private static let prefix = "enr:"

  /// The longest text of a record: four characters for three bytes.
  private static let maximumCharacters = prefix.utf8.count + maximumBytes / 3 * 4

  /// The text: `enr:` and base 64 in the alphabet for addresses, without padding.
  package var description: String {
    NodeRecord.prefix
      + Data(encoded).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Reads the text.
  ///
  /// - Throws: ``NodeRecordError``.
  package init(text: String) throws(NodeRecordError) {
    guard text.hasPrefix(NodeRecord.prefix) else { throw .wrongPrefix }
    guard text.utf8.count <= NodeRecord.maximumCharacters else {
      throw .tooLarge(bytes: text.utf8.count)
    }
    let digits = text.dropFirst(NodeRecord.prefix.count)
    guard !digits.contains(where: { "+/=".contains($0) }) else { throw .wrongBase64 }
    let padding = String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
    let standard = digits.replacing("-", with: "+").replacing("_", with: "/") + padding
    guard let bytes = Data(base64Encoded: String(standard)) else { throw .wrongBase64 }
    try self.init(decoding: Array(bytes))
  }
}
