import Testing

@testable import Benchmarking

struct BenchmarkMachineTests {
  @Test func `a machine names its processor, kernel and load, and when it is busy`() {
    let idle = BenchmarkMachine(processor: "p", coreCount: 4, kernel: "avx512", load: 2)
    #expect(idle.description == "p, 4 cores, kernel avx512, load 2.0")
    let busy = BenchmarkMachine(processor: nil, coreCount: 4, kernel: "portable", load: 2.1)
    #expect(busy.description == "unknown processor, 4 cores, kernel portable, load 2.1: busy")
    let untold = BenchmarkMachine(processor: "p", coreCount: 1, kernel: "avx2", load: nil)
    #expect(untold.description == "p, 1 core, kernel avx2, load unknown")
    #expect(BenchmarkMachine.current.coreCount > 0)
  }

  @Test func `the processor's name is found in the system's file`() {
    #expect(BenchmarkMachine.processorName(in: "processor\t: 0\nmodel name\t: A: B\n") == "A: B")
    #expect(BenchmarkMachine.processorName(in: "processor\t: 0\n\nx") == nil)
  }
}
