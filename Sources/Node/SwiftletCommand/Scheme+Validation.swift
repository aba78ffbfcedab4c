private import ArgumentParser
internal import XMSS

extension Scheme {
  /// The refusal of a scheme that nobody knows.
  static func unknown(_ name: String) -> String {
    "there is no scheme '\(name)'; take one of: \(all.map(\.name).joined(separator: ", "))"
  }

  /// Checks that keys of the scheme called `name` are made here.
  ///
  /// - Throws: A refusal that names those that are.
  static func validateOwn(_ name: String) throws {
    guard Scheme(named: name)?.isImplemented != true else { return }
    let known = Scheme.implemented.map(\.name).joined(separator: ", ")
    let problem =
      Scheme(named: name) == nil
      ? "there is no scheme '\(name)'"
      : "keys of '\(name)' are made by its prover, with swiftlet keys generate"
    throw ValidationError("\(problem); take one of: \(known)")
  }
}
