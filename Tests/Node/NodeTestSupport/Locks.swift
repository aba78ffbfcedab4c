import Foundation

/// Does what needs a lock that was given up, again and again for two seconds.
///
/// A program that another test is just starting holds copies of all locks for a moment.
package func whenFree<Answer>(_ body: () throws -> Answer) throws -> Answer {
  for _ in 0..<100 {
    if let answer = try? body() { return answer }
    Thread.sleep(forTimeInterval: 0.02)
  }
  return try body()
}
