private import Yams

/// The part of a YAML or decoding error that tells a person where to look, in one line.
func yamlProblem(_ error: any Error) -> String {
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    "\(key.stringValue) is missing\(place(context))"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    "wrong kind of value\(place(context))"
  case DecodingError.dataCorrupted(let context):
    context.underlyingError.map(yamlProblem) ?? "it is not YAML"
  case YamlError.scanner(_, let problem, let mark, _),
    YamlError.parser(_, let problem, let mark, _):
    "line \(mark.line): \(problem)"
  case YamlError.duplicatedKeysInMapping(let names, let context):
    "line \(context.mark.line): \(names.sorted().joined(separator: ", ")) comes twice"
  default:
    "it is not YAML"
  }
}

/// The line of a YAML error, if it has one.
func yamlLine(_ error: any Error) -> Int? {
  switch error {
  case YamlError.scanner(_, _, let mark, _), YamlError.parser(_, _, let mark, _): mark.line
  case YamlError.duplicatedKeysInMapping(_, let context): context.mark.line
  default: nil
  }
}

private func place(_ context: DecodingError.Context) -> String {
  let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
  return path.isEmpty ? "" : " at \(path.joined(separator: "."))"
}
