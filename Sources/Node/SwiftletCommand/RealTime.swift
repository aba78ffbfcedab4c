private import Foundation

/// The wall clock, in seconds since 1970.
func unixSeconds() -> UInt64 {
  UInt64(max(0, Date().timeIntervalSince1970))
}

/// Runs something that blocks for long on a thread of its own, not on the cooperative pool.
func onThread<Output: Sendable>(
  _ body: @escaping @Sendable () throws -> Output
) async throws -> Output {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try body() }) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}
