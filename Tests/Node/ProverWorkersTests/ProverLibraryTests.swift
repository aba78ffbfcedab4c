import Testing

@testable import ProverWorkers

struct ProverLibraryTests {
  @Test func `a library without the interface is refused by what it lacks`() throws {
    #expect {
      try ProverLibrary(path: "libm.so.6")
    } throws: { error in
      "\(error)".contains("it has no pq_xmss_aggregation_setup_prover_without_arena, pq_")
    }
    #expect {
      try ProverLibrary(path: "/nowhere/libprover.so")
    } throws: { error in
      "\(error)".contains("cannot open shared object file")
    }
  }
}
