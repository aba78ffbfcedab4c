private import Consensus
private import Gossipsub
private import PeerIdentity
private import SSZ
private import Wire

extension Vector {
  /// The value of `operation`, or `nil` when it was rejected as the vector demands.
  ///
  /// - Throws: ``Mismatch`` when it was not rejected and should be, was and should not be, or was
  ///   for another reason; other errors as they are.
  public func accepted<Value>(_ operation: () throws -> Value) throws -> Value? {
    let outcome = Result { try operation() }
    switch outcome {
    case .success(let value):
      guard let rejectionReason else { return value }
      throw Mismatch(expected: "rejection \(rejectionReason)", actual: "accepted")
    case .failure(let error):
      guard let (reason, details) = rejection(error) else { throw error }
      guard reason == rejectionReason else {
        throw Mismatch(
          expected: rejectionReason.map { "rejection \($0)" } ?? "accepted", actual: details)
      }
      return nil
    }
  }

  private func rejection(_ error: any Error) -> (reason: String, details: String)? {
    switch error {
    case let error as Rejection: (error.reason.rawValue, error.description)
    case let error as SSZError: (Rejection.decodeError(error).reason.rawValue, error.description)
    case is NodeRecordError, is RPCError, is WireError:
      (Rejection.Reason.decodeError.rawValue, "\(error)")
    default: nil
    }
  }
}
