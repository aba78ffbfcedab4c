package import CKernels

/// The vector instructions that the hash functions are built for, fastest first.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// 512-bit vectors: AVX-512F, BW and VL.
  case avx512
  /// 256-bit vectors.
  case avx2
  /// 128-bit vectors: SSE4.1 or NEON.
  case vector128
  /// None: plain Swift and the system's hash library.
  case portable

  /// The variable of the environment that forces a set: its raw value.
  package static let variable = "SWIFTLET_KERNEL"

  /// The functions built for this set; `nil` for ``portable`` and what this processor cannot run.
  package var kernel: UnsafePointer<vector_kernel>? {
    switch self {
    case .avx512: kernel_avx512()
    case .avx2: kernel_avx2()
    case .vector128: kernel_vector128()
    case .portable: nil
    }
  }

  /// Whether this processor has the instructions.
  package var isSupported: Bool { self == .portable || kernel != nil }

  /// The sets that this processor has, fastest first.
  package static var supported: [InstructionSet] { allCases.filter(\.isSupported) }

  /// The set that this process uses: see ``choose(_:)``.
  ///
  /// The program refuses a wrong request when it starts; here it counts as none.
  package static let chosen = (try? choose(requested)) ?? supported[0]

  /// What the environment asks for.
  package static var requested: String? { kernel_requested().map { String(cString: $0) } }

  /// The set called `name`, or the fastest one without a name.
  ///
  /// - Throws: ``InstructionSetError`` for a name that is none and for missing instructions.
  package static func choose(_ name: String?) throws(InstructionSetError) -> InstructionSet {
    guard let name else { return supported[0] }
    guard let set = InstructionSet(rawValue: name) else { throw .unknown(name) }
    guard set.isSupported else { throw .unsupported(set) }
    return set
  }
}

/// Why the environment's choice of instructions cannot be followed.
package enum InstructionSetError: Error, Hashable, CustomStringConvertible {
  /// No set has this name.
  case unknown(String)
  /// This processor lacks the instructions.
  case unsupported(InstructionSet)

  /// One line with the remedy.
  package var description: String {
    let choices = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    return switch self {
    case .unknown(let name):
      "\(InstructionSet.variable) is '\(name)'; take one of: \(choices)"
    case .unsupported(let set):
      "\(InstructionSet.variable) asks for \(set), which this processor lacks; it has: \(choices)"
    }
  }
}
