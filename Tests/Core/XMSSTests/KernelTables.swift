import XMSS

/// The generator of `Sources/Core/CKernels/Tables.h`.
///
/// Everything follows from `PoseidonParameters`: the linear part of the partial rounds is run on
/// unit vectors, the width-16 matrix is split into factors of x^16 - 1, and the width-24 matrix
/// is transformed by Good and Thomas. Constants leave in Montgomery form.
struct KernelTables {
  typealias Vector = [UInt64]
  typealias Matrix = [Vector]

  static let p: UInt64 = 0x7F00_0001
  static let half = (p - 1) / 2

  private(set) var text = """
    // Generated from PoseidonParameters.swift by the test target; do not edit.
    // To regenerate: SWIFTLET_WRITE_TABLES=1 swift test --filter KernelTablesTests

    #ifndef CKERNELS_TABLES_H
    #define CKERNELS_TABLES_H

    #include <stdint.h>

    #define ALIGNED __attribute__((aligned(64)))


    """

  init() {
    emitWidth16()
    emitWidth24()
    text += "#undef ALIGNED\n#endif\n"
  }

  // MARK: Field arithmetic on plain integers below P

  static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var result: UInt64 = 1
    var factor = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = result * factor % p }
      factor = factor * factor % p
      rest >>= 1
    }
    return result
  }

  static func inverse(_ a: UInt64) -> UInt64 { power(a, p - 2) }

  static func modulo(_ a: Int64) -> UInt64 { UInt64((a % Int64(p) + Int64(p)) % Int64(p)) }

  static func montgomery(_ a: UInt64) -> UInt64 { (a << 32) % p }

  /// The representative of `a` within ±P/2.
  static func centred(_ a: UInt64) -> Int64 { a > half ? Int64(a) - Int64(p) : Int64(a) }

  static func centredMontgomery(_ a: UInt64) -> Int64 { centred(montgomery(a)) }

  static func multiply(_ matrix: Matrix, _ vector: Vector) -> Vector {
    matrix.map { row in zip(row, vector).reduce(0) { ($0 + $1.0 * $1.1) % p } }
  }

  static func multiply(_ left: Matrix, _ right: Matrix) -> Matrix {
    let columns = right[0].indices.map { column in multiply(left, right.map { $0[column] }) }
    return left.indices.map { row in columns.map { $0[row] } }
  }

  static func add(_ left: Vector, _ right: Vector) -> Vector {
    zip(left, right).map { ($0 + $1) % p }
  }

  static func circulant(_ parameters: PoseidonParameters) -> Matrix {
    let width = parameters.width
    return (0..<width).map { row in
      (0..<width).map { UInt64(parameters.matrixRow[($0 - row + width) % width]) }
    }
  }

  static func constants(_ parameters: PoseidonParameters, round: Int) -> Vector {
    let width = parameters.width
    return parameters.roundConstants[round * width..<(round + 1) * width].map(UInt64.init)
  }

  // MARK: Tables

  private mutating func emit(_ declaration: String, rows: [[some FixedWidthInteger]]) {
    text += "static const \(declaration) ALIGNED = {\n"
    for row in rows {
      text += "{"
      for start in stride(from: 0, to: row.count, by: 8) {
        text += row[start..<min(start + 8, row.count)].map { "\($0)," }.joined() + "\n"
      }
      text += "},\n"
    }
    text += "};\n\n"
  }

  private mutating func emit(_ declaration: String, _ row: [some FixedWidthInteger]) {
    text += "static const \(declaration) ALIGNED = {\n"
    for start in stride(from: 0, to: row.count, by: 8) {
      text += row[start..<min(start + 8, row.count)].map { "\($0)," }.joined() + "\n"
    }
    text += "};\n\n"
  }

  private mutating func define(_ name: String, _ value: Int64) {
    text += "#define \(name) \(UInt32(truncatingIfNeeded: value))u\n"
  }

  private mutating func define(_ name: String, _ values: [Int64]) {
    let list = values.map { "\(UInt32(truncatingIfNeeded: $0))u" }.joined(separator: ", ")
    text += "#define \(name) {\(list)}\n"
  }

  private mutating func emitPartialRounds(_ phase: PartialPhase) {
    let width = phase.width
    let rounds = phase.rounds
    emit(
      "int32_t partial_input_\(width)[\(rounds)][\(width + rounds)]",
      rows: zip(phase.input, phase.feedback).map { ($0 + $1).map(Self.centredMontgomery) })
    emit(
      "uint32_t partial_input_constant_\(width)[\(rounds)]",
      phase.corrected(
        phase.inputConstants, rows: zip(phase.input, phase.feedback).map { $0 + $1 }))
    emit(
      "int32_t partial_output_\(width)[\(width)][\(width + rounds)]",
      rows: phase.outputRows.map { $0.map(Self.centredMontgomery) })
    emit(
      "uint32_t partial_output_constant_\(width)[\(width)]",
      phase.corrected(phase.outputConstants, rows: phase.outputRows))
  }

  private mutating func emitWidth16() {
    let parameters = PoseidonParameters.width16
    let constants = { (round: Int) in Self.constants(parameters, round: round) }
    let column = (0..<16).map { Int64(parameters.matrixRow[(16 - $0) % 16]) }
    let sum8 = (0..<8).map { column[$0] + column[$0 + 8] }
    let sum4 = (0..<4).map { sum8[$0] + sum8[$0 + 4] }
    define("CIRCULANT_SUM_0", sum4[0] + sum4[2])
    define("CIRCULANT_SUM_1", sum4[1] + sum4[3])
    define("CIRCULANT_DIFFERENCE_0", sum4[0] - sum4[2])
    define("CIRCULANT_DIFFERENCE_1", sum4[1] - sum4[3])
    define("CIRCULANT_NEGACYCLIC_4", (0..<4).map { 2 * (sum8[$0] - sum8[$0 + 4]) })
    define("CIRCULANT_NEGACYCLIC_8", (0..<8).map { 4 * (column[$0] - column[$0 + 8]) })
    let eighth = Self.inverse(8)
    define("CIRCULANT_JOIN_LOW", Self.centredMontgomery(eighth))
    define("CIRCULANT_JOIN_HIGH", Self.centredMontgomery((eighth << 16) % Self.p))
    text += "\n"
    let scaled = { (round: Int) in
      constants(round).map { Self.centred(8 * Self.montgomery($0) % Self.p) }
    }
    emit("uint32_t first_constants_16[16]", constants(0).map(Self.montgomery))
    emit("int32_t opening_constants_16[3][16]", rows: (1...3).map(scaled))
    emit("int32_t closing_constants_16[3][16]", rows: (25...27).map(scaled))
    emitPartialRounds(PartialPhase(parameters))
  }

  private mutating func emitWidth24() {
    let parameters = PoseidonParameters.width24
    let montgomeryConstants = { (round: Int) in
      Self.constants(parameters, round: round).map(Self.montgomery)
    }
    emit("uint32_t opening_constants_24[4][24]", rows: (0...3).map(montgomeryConstants))
    emit("uint32_t closing_constants_24[3][24]", rows: (28...30).map(montgomeryConstants))
    let root = Self.power(3, (Self.p - 1) / 8)
    let column = (0..<24).map { UInt64(parameters.matrixRow[(24 - $0) % 24]) }
    let circulants = (0..<8).map { (k: Int) in
      (0..<3).map { (b: Int) -> UInt64 in
        let sum = (0..<8).reduce(UInt64(0)) { sum, a in
          let index = (9 * a + 16 * b) % 24
          return (sum + Self.power(root, UInt64(a * k)) * column[index]) % Self.p
        }
        return Self.montgomery(sum * Self.inverse(8) % Self.p)
      }
    }
    emit("uint32_t circulant3_24[8][3]", rows: circulants)
    let powers = { (base: UInt64) in
      (0..<4).map { Self.montgomery(Self.power(base, UInt64($0))) }
    }
    emit("uint32_t transform_roots_24[4]", powers(root))
    emit("uint32_t inverse_transform_roots_24[4]", powers(Self.inverse(root)))
    let phase = PartialPhase(parameters)
    emitPartialRounds(phase)
    emitSingle24(phase)
  }

  /// Tables of the single permutation: matrices by columns, constants corrected for them.
  ///
  /// Each number has 64 bits to itself.
  private mutating func emitSingle24(_ phase: PartialPhase) {
    let matrix = phase.matrix
    let constants = { (round: Int) in Self.constants(PoseidonParameters.width24, round: round) }
    let corrected = { (round: Int) in
      Self.signed(phase.corrected(constants(round), rows: matrix))
    }
    emit("int32_t mds_columns_24[24][48]", rows: Self.columns(matrix))
    emit(
      "int32_t single_first_constants_24[48]",
      Self.signed(constants(0).map(Self.montgomery)))
    emit("int32_t single_opening_constants_24[3][48]", rows: (1...3).map(corrected))
    emit("int32_t single_closing_constants_24[3][48]", rows: (28...30).map(corrected))
    emit(
      "int32_t single_final_constants_24[48]",
      Self.signed(phase.corrected(Vector(repeating: 0, count: 24), rows: matrix)))
    emit("int32_t partial_input_columns_24[24][48]", rows: Self.columns(phase.input))
    emit(
      "int32_t single_input_constants_24[48]",
      Self.signed(phase.corrected(phase.inputConstants, rows: phase.input) + [0]))
    emit(
      "int32_t partial_feedback_24[23]",
      [0] + (1..<23).map { Self.centredMontgomery(phase.feedback[$0][0]) })
    emit("int32_t partial_output_columns_24[47][48]", rows: Self.columns(phase.outputRows))
    emit(
      "int32_t single_output_constants_24[48]",
      Self.signed(phase.corrected(phase.outputConstants, rows: phase.output)))
  }

  /// Each column of a matrix of at most 24 rows.
  private static func columns(_ matrix: Matrix) -> [[Int64]] {
    matrix[0].indices.map { column in
      spread((0..<24).map { $0 < matrix.count ? centredMontgomery(matrix[$0][column]) : 0 })
    }
  }

  /// Constants that make a canonical value signed when they are added to it.
  private static func signed(_ constants: Vector) -> [Int64] {
    spread(constants.map { Int64($0) - Int64(p) })
  }

  /// Numbers of 32 bits, each followed by a zero.
  private static func spread<Number: FixedWidthInteger>(_ numbers: [Number]) -> [Number] {
    numbers.flatMap { [$0, 0] }
  }
}

/// The partial rounds as linear maps of the state before them and of their S-box outputs.
struct PartialPhase {
  let width: Int
  let rounds: Int
  let matrix: KernelTables.Matrix
  /// Row r: what the state contributes to the input of S-box r.
  private(set) var input: KernelTables.Matrix = []
  /// Row r: what each S-box output contributes to the input of S-box r; zero from r on.
  private(set) var feedback: KernelTables.Matrix = []
  private(set) var inputConstants: KernelTables.Vector = []
  /// What the state contributes to the state after the phase.
  private(set) var output: KernelTables.Matrix = []
  /// `output` followed by what each S-box output contributes.
  private(set) var outputRows: KernelTables.Matrix = []
  /// Constants of the state after the phase, with those of the first closing round.
  private(set) var outputConstants: KernelTables.Vector = []

  init(_ parameters: PoseidonParameters) {
    width = parameters.width
    rounds = parameters.partialRounds
    matrix = KernelTables.circulant(parameters)
    let opening = PoseidonParameters.halfFullRounds
    // The matrix that forgets element 0, whose S-box output enters by column 0 instead.
    let forgetting = matrix.map { [0] + $0.dropFirst() }
    var state = matrix
    var constants = KernelTables.Vector(repeating: 0, count: width)
    var contributions: [KernelTables.Vector] = []
    for round in 0..<rounds {
      constants = KernelTables.add(
        constants, KernelTables.constants(parameters, round: opening + round))
      input.append(state[0])
      inputConstants.append(constants[0])
      let known = contributions.map { $0[0] }
      feedback.append(known + KernelTables.Vector(repeating: 0, count: rounds - known.count))
      state = KernelTables.multiply(forgetting, state)
      constants = KernelTables.multiply(forgetting, constants)
      contributions = contributions.map { KernelTables.multiply(forgetting, $0) }
      contributions.append(matrix.map { $0[0] })
    }
    output = state
    outputRows = state.indices.map { row in state[row] + contributions.map { $0[row] } }
    outputConstants = KernelTables.add(
      constants, KernelTables.constants(parameters, round: opening + rounds))
  }

  /// Montgomery constants for dot products whose variables enter reduced by P/2.
  func corrected(
    _ constants: KernelTables.Vector, rows: KernelTables.Matrix
  ) -> KernelTables.Vector {
    zip(constants, rows).map { constant, row in
      let sum = row.reduce(0) { ($0 + $1) % KernelTables.p }
      // The reduction divides by 2^32, which turns the sum's Montgomery form into the sum.
      return (KernelTables.montgomery(constant) + sum * KernelTables.half) % KernelTables.p
    }
  }
}
