internal import ChainHost
private import Foundation

/// The aggregator role.
extension LeanAPI {
  /// How long a new role may take to be seen: the engine answers in milliseconds unless it hangs.
  private static let roleSeconds = 2

  static let noController = APIAnswer.text("Aggregator controller not available", status: 503)

  func aggregator(_ request: APIRequest) -> APIAnswer {
    let previous = source.view().isAggregator
    guard request.method == .post else { return .json(RoleJSON(isAggregator: previous)) }
    do throws(RoleProblem) {
      let isEnabled = try Self.enabled(in: request.body)
      source.setAggregator(isEnabled)
      var answer = APIAnswer.json(RoleJSON(isAggregator: isEnabled, previous: previous))
      answer.awaitedRole = isEnabled
      return answer
    } catch {
      return .text(error.rawValue, status: 400)
    }
  }

  /// Whether the engine takes a role in time.
  func isSeen(_ role: Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(Self.roleSeconds)
    while source.view().isAggregator != role {
      guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(2))) != nil
      else { return false }
    }
    return true
  }

  /// What ethlambda says of a body that is none.
  private enum RoleProblem: String, Error {
    case notJSON = "Invalid or missing JSON body"
    case noField = "Missing 'enabled' field in body"
    case notBoolean = "'enabled' must be a boolean"
  }

  private static func enabled(in body: [UInt8]) throws(RoleProblem) -> Bool {
    struct Field: Decodable { let enabled: Bool }
    struct Presence: Decodable {
      let isPresent: Bool

      enum CodingKeys: CodingKey { case enabled }

      init(from decoder: any Decoder) throws {
        isPresent = try decoder.container(keyedBy: CodingKeys.self).contains(.enabled)
      }
    }
    let (data, decoder) = (Data(body), JSONDecoder())
    if let field = try? decoder.decode(Field.self, from: data) { return field.enabled }
    guard let presence = try? decoder.decode(Presence.self, from: data) else { throw .notJSON }
    throw presence.isPresent ? .notBoolean : .noField
  }
}
