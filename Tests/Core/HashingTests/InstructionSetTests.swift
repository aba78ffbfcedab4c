import CKernels
import Testing

@testable import Hashing

struct InstructionSetTests {
  @Test func `without a name the fastest set is chosen, and any by its name`() throws {
    #expect(try InstructionSet.choose(nil) == InstructionSet.supported.first)
    #expect(InstructionSet.supported.last == .portable)
    for set in InstructionSet.supported {
      #expect(try InstructionSet.choose(set.rawValue) == set)
    }
  }

  @Test func `a name that is none and missing instructions are refused`() {
    #expect(throws: InstructionSetError.unknown("avx9")) { try InstructionSet.choose("avx9") }
    #expect(InstructionSetError.unknown("avx9").description.contains("portable"))
    for set in InstructionSet.allCases where !set.isSupported {
      #expect(throws: InstructionSetError.unsupported(set)) {
        try InstructionSet.choose(set.rawValue)
      }
    }
  }

  @Test func `wider vectors have more lanes, plain code has no kernel`() {
    let lanes = InstructionSet.supported.map { $0.kernel?.pointee.lanes ?? 1 }
    #expect(lanes == lanes.sorted(by: >))
    #expect(Set(lanes).count == lanes.count)
    #expect(InstructionSet.portable.kernel == nil)
  }
}
