import RequestResponse
import Testing

struct RefusalTests {
  @Test(arguments: Refusal.allCases)
  func `no text makes zeam give up on us, and each is as short as gean wants it`(refusal: Refusal) {
    for words in ["unsupported", "not available", "not supported", "unknown protocol"] {
      #expect(!refusal.text.lowercased().contains(words))
    }
    #expect((1...256).contains(refusal.text.utf8.count))
  }

  @Test func `only requests that are wrong by themselves get code 1`() {
    let wrong = Refusal.allCases.filter { $0.code == .invalidRequest }
    #expect(wrong == [.malformedRequest, .countOutOfRange])
    #expect(!Refusal.allCases.contains { $0.code == .success })
  }
}
