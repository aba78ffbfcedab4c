import ChainEvents
import Testing

@testable import ChainWork

struct CostEstimatorTests {
  private func merge(_ components: Int, _ milliseconds: UInt64) -> CostSample {
    CostSample(
      stage: .merge, size: WorkSize(components: components), milliseconds: milliseconds)
  }

  @Test func `nothing measured costs the default`() {
    #expect(CostEstimator().prediction(.merge, WorkSize(components: 9)) == 40)
  }

  @Test func `signatures of which only the mean is known are spread as a search is`() {
    var costs = CostEstimator(CostSample.signing(meanMilliseconds: 300))
    #expect((285...300).contains(costs.mean(.sign)))
    // Half of all take less than ln 2 of the mean, and one in ten more than twice of it.
    #expect((170...215).contains(costs.likely(.sign)))
    #expect((560...700).contains(costs.prediction(.sign)))
    costs.doubtCommit()
    #expect((285...360).contains(costs.mean(.sign)))
    #expect((170...250).contains(costs.likely(.sign)))
  }

  @Test func `fixed and per component cost are found from blocks of different size`() {
    let costs = CostEstimator([merge(1, 600), merge(2, 700), merge(5, 1000)])
    #expect(costs.prediction(.merge, WorkSize(components: 9)) == 1400)
    #expect(costs.mean(.merge, WorkSize()) == 500)
  }

  @Test func `per signature cost is found when components do not vary`() {
    let costs = CostEstimator(
      [(1, 110), (11, 210)].map {
        CostSample(
          stage: .aggregate, size: WorkSize(signatures: $0, components: 2),
          milliseconds: UInt64($1))
      })
    #expect(costs.prediction(.aggregate, WorkSize(signatures: 21, components: 2)) == 310)
  }

  @Test func `one size gives its mean and never a negative slope`() {
    let costs = CostEstimator([merge(1, 900), merge(3, 300)])
    #expect(costs.mean(.merge, WorkSize(components: 8)) == 600)
  }

  @Test func `a prediction is kept nine times in ten`() {
    let costs = CostEstimator((1...20).map { merge(2, $0 <= 16 ? 100 : 200) })
    #expect(costs.mean(.merge, WorkSize(components: 2)) == 120)
    #expect(costs.prediction(.merge, WorkSize(components: 2)) == 200)
  }

  @Test func `one run that hung does not make a commit unlikely`() {
    let costs = CostEstimator((1...6).map { merge(2, $0 == 3 ? 60_000 : 100) })
    #expect(costs.prediction(.merge, WorkSize(components: 2)) == 60_000)
    #expect(costs.likely(.merge, WorkSize(components: 2)) == 100)
  }

  @Test func `old samples are forgotten`() {
    var costs = CostEstimator((0..<100).map { _ in merge(2, 5000) })
    for _ in 0..<CostEstimator.windowLength { costs.observe(merge(2, 50)) }
    #expect(costs.prediction(.merge, WorkSize(components: 2)) == 50)
  }
}
