import Hashing
import Testing

@testable import XMSS

/// Long runs of one kernel against the other: an overflow that one state in a thousand meets does
/// not show in a handful of vectors.
struct KernelPropertyTests {
  /// One walk for all kernels: the reference in plain Swift is what takes the time.
  @Test(arguments: [(16, 16), (24, 16), (24, 1)])
  func `the kernels agree over a long walk of states`(width: Int, count: Int) throws {
    let kernels = try KernelTests.vectorSets.map { set in
      (set: set, kernel: try #require(VectorKernel(set)))
    }
    var states = (0..<count * width).map { UInt32($0) &* 0x0123_4567 % KoalaBear.prime }
    for step in 0..<6_000 {
      let next = ReferenceKernel().permuted(states, width: width)
      for (set, kernel) in kernels where kernel.permuted(states, width: width) != next {
        Issue.record("\(set), step \(step) of width \(width), \(count) at once: \(states)")
        return
      }
      states = next
    }
  }

  /// A node of a real signature's path whose sums left 63 bits when states came one by one.
  @Test(arguments: KernelTests.vectorSets)
  func `sums near the limit of 63 bits are reduced right`(set: InstructionSet) throws {
    let kernel = try #require(VectorKernel(set))
    let state: [UInt32] = [
      627_826_400, 1_244_476_188, 370_678_638, 978_729_783, 1_996_000_804, 1_380_088_873,
      1_753_334_201, 433_326_939, 1_294_775_677, 752_966_936, 1_809_520_740, 68_220_793,
      989_739_824, 664_222_837, 6_657, 0, 1_118_713_382, 1_264_159_279, 596_967_386,
      1_933_419_254, 1_057_328_805, 329_609_486, 366_675_073, 98_155_907,
    ]
    #expect(
      kernel.permuted(state, width: 24) == ReferenceKernel().permuted(state, width: 24))
  }
}
