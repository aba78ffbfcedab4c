import Randomness
import Simulation
import Testing

struct SimulatedDiskTests {
  @Test func `a process that dies loses nothing it wrote`() {
    var disk = SimulatedDisk<Int>()
    disk.write([1, 2])
    disk.sync(count: 1)
    disk.write([3])
    disk.crashProcess()
    #expect(disk.durable == [1, 2, 3])
    #expect(disk.unsynced == [])
  }

  @Test func `a power cut keeps what was synced and some prefix of the rest`() {
    var random = SeededRandom(seed: 2)
    var survivors: Set<[Int]> = []
    for _ in 0..<50 {
      var disk = SimulatedDisk<Int>()
      disk.write([1])
      disk.sync(count: 1)
      disk.write([2, 3])
      disk.cutPower(random: &random)
      survivors.insert(disk.records)
    }
    #expect(survivors == [[1], [1, 2], [1, 2, 3]])
  }

  @Test func `a failed commit takes its records back`() {
    var disk = SimulatedDisk<Int>()
    disk.write([1])
    disk.write([2, 3])
    disk.fail(count: 2)
    #expect(disk.records == [1])
  }
}
