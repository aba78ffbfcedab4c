internal import Chain
private import Foundation

/// Wishes of an operator who watches from elsewhere.
extension LeanAPI {
  private struct Wish: Decodable {
    let command: String
  }

  private struct Taken: Encodable {
    let command: String
  }

  /// Takes a wish that brings the token; it is carried out when the engine comes to it, and told as an event.
  func command(_ request: APIRequest) -> APIAnswer {
    guard let token = source.token else {
      return .failure(403, "this node takes no commands over HTTP")
    }
    guard let given = request.authorization, Self.isEqual(given, "Bearer \(token)") else {
      return .failure(
        401, "send 'Authorization: Bearer TOKEN' with the token of the node's token file")
    }
    guard let wish = try? JSONDecoder().decode(Wish.self, from: Data(request.body)) else {
      return .failure(400, #"the body is not {"command": NAME}"#)
    }
    guard let command = OperatorCommand(rawValue: wish.command) else {
      let known = OperatorCommand.allCases.map(\.rawValue).joined(separator: ", ")
      return .failure(400, "no such command; there are \(known)")
    }
    source.command(command)
    return .json(Taken(command: command.rawValue), status: 202)
  }

  /// Compares in a time that tells nothing of where two texts differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
