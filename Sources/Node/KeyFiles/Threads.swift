private import Foundation
private import Synchronization

/// Runs `body` on so many threads of their own and waits for all of them.
func runOnThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
  let group = DispatchGroup()
  for _ in 0..<count {
    group.enter()
    let thread = Thread {
      body()
      group.leave()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  group.wait()
}

/// Transforms elements on as many threads as there are cores.
///
/// - Returns: The results in the order of the elements.
func concurrently<Element: Sendable, Output: Sendable>(
  _ elements: [Element], _ transform: @escaping @Sendable (Element) -> Output
) -> [Output] {
  let work = SharedWork(elements, transform)
  let cores = ProcessInfo.processInfo.activeProcessorCount
  runOnThreads(min(elements.count, cores)) { work.run() }
  return work.takeOutputs()
}

/// Elements that several threads take one after the other.
private final class SharedWork<Element: Sendable, Output: Sendable>: Sendable {
  private struct State {
    var next = 0
    var outputs: [Output?]
  }

  private let elements: [Element]
  private let transform: @Sendable (Element) -> Output
  private let state: Mutex<State>

  init(_ elements: [Element], _ transform: @escaping @Sendable (Element) -> Output) {
    self.elements = elements
    self.transform = transform
    state = Mutex(State(outputs: Array(repeating: nil, count: elements.count)))
  }

  /// Gives the outputs away.
  ///
  /// A thread holds its work until it has ended, a little after it says so: it must not keep a key,
  /// and with it the key's lock, any longer than the caller does.
  func takeOutputs() -> [Output] {
    state.withLock { state in
      defer { state.outputs = [] }
      return state.outputs.compactMap(\.self)
    }
  }

  func run() {
    while let index = takeNext() {
      let output = transform(elements[index])
      state.withLock { $0.outputs[index] = output }
    }
  }

  private func takeNext() -> Int? {
    state.withLock { state in
      guard state.next < elements.count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }
}
