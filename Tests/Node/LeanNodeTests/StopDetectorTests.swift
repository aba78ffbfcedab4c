import Testing

@testable import LeanNode

struct StopDetectorTests {
  private func told(_ samples: (elapsed: Int64, processor: Int64)...) -> [Int64?] {
    var detector = StopDetector()
    return samples.map {
      detector.handle(
        StopDetector.Sample(elapsedMilliseconds: $0.elapsed, processorMilliseconds: $0.processor))
    }
  }

  @Test func `a process that did not run for a second or more was stopped, once`() {
    #expect(
      told((0, 0), (250, 10), (18_700, 40), (18_950, 300)) == [nil, nil, 18_200, nil])
    #expect(told((0, 0), (1_249, 0)) == [nil, nil])
    #expect(told((0, 0), (1_250, 0)) == [nil, 1_000])
  }

  @Test func `a thread that came late while the rest of the process was busy is no stop`() {
    #expect(told((0, 0), (2_250, 200)) == [nil, nil])
    #expect(told((0, 0), (2_250, 199)) == [nil, 2_000])
  }
}
