private import ArgumentParser
internal import XMSS

extension Scheme {
  /// Checks that keys of the scheme called `name` are made here.
  ///
  /// - Throws: A refusal that names those that are.
  static func validateOwn(_ name: String) throws {
    guard Scheme(named: name)?.isImplemented != true else { return }
    let known = Scheme.implemented.map(\.name).joined(separator: ", ")
    let problem =
      Scheme(named: name) == nil
      ? "there is no scheme '\(name)'"
      : "keys of '\(name)' are made by its prover, in swiftlet devnet --prover leanvm"
    throw ValidationError("\(problem); take one of: \(known)")
  }
}
