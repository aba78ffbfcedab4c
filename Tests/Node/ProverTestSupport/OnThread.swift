private import Dispatch

/// Runs a body that waits on a thread of its own: never on the cooperative pool.
package func onThread<Output: Sendable>(
  _ body: @escaping @Sendable () -> Output
) async -> Output {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: body()) }
  }
}
