/// The threads over which independent pieces of work are spread.
///
/// The core has no threads of its own: who composes a program brings them.
public struct Workers: Sendable {
  /// The calling thread alone.
  public static let callingThread = Workers { count, body in
    for index in 0..<count { body(index) }
  }

  /// Calls `body` for each number below `count`, in any order and at the same time, and returns
  /// when all calls have returned.
  let perform: @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

  /// Creates workers that call a function as ``callingThread`` does, on other threads too.
  public init(perform: @escaping @Sendable (Int, @Sendable (Int) -> Void) -> Void) {
    self.perform = perform
  }
}
