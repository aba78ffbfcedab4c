/// Bitcoin's base 58: how peer ids are written.
enum Base58 {
  private static let alphabet = Array(
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

  /// The work grows with the square of the length; the longest peer id has 58 characters.
  static let maximumCharacters = 128

  static func encode(_ bytes: some Collection<UInt8>) -> String {
    let zeros = bytes.prefix { $0 == 0 }.count
    var digits: [UInt8] = []
    for byte in bytes.dropFirst(zeros) {
      var carry = Int(byte)
      for index in digits.indices {
        carry += Int(digits[index]) << 8
        digits[index] = UInt8(carry % 58)
        carry /= 58
      }
      while carry > 0 {
        digits.append(UInt8(carry % 58))
        carry /= 58
      }
    }
    let ones = repeatElement(alphabet[0], count: zeros)
    return String(decoding: ones + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
  }

  static func decode(_ text: String) throws(WireError) -> [UInt8] {
    let characters = Array(text.utf8)
    guard characters.count <= maximumCharacters else {
      throw .tooLarge(bytes: UInt64(characters.count), limit: maximumCharacters)
    }
    let zeros = characters.prefix { $0 == alphabet[0] }.count
    var bytes: [UInt8] = []
    for character in characters.dropFirst(zeros) {
      guard var carry = alphabet.firstIndex(of: character) else { throw .wrongText }
      for index in bytes.indices {
        carry += Int(bytes[index]) * 58
        bytes[index] = UInt8(carry & 0xFF)
        carry >>= 8
      }
      while carry > 0 {
        bytes.append(UInt8(carry & 0xFF))
        carry >>= 8
      }
    }
    return repeatElement(0, count: zeros) + bytes.reversed()
  }
}
