package import Hashing

/// What the doctor knows of a machine; `nil` is what the system does not say.
package struct MachineFacts: Sendable {
  /// How the system's clock is kept.
  package struct Clock: Equatable, Sendable {
    /// Whether a program such as chrony keeps it.
    package var isSynchronized: Bool
    /// The correction that is still to be made.
    package var offsetMicroseconds: Int64
    /// The bound of the error that the kernel reckons with.
    package var maximumErrorMicroseconds: Int64

    package init(
      isSynchronized: Bool, offsetMicroseconds: Int64, maximumErrorMicroseconds: Int64
    ) {
      self.isSynchronized = isSynchronized
      self.offsetMicroseconds = offsetMicroseconds
      self.maximumErrorMicroseconds = maximumErrorMicroseconds
    }
  }

  /// The terminal that the doctor itself was started on.
  package struct Terminal: Equatable, Sendable {
    package var name: String
    package var columns: Int
    package var rows: Int
    package var isUTF8: Bool

    package init(name: String, columns: Int, rows: Int, isUTF8: Bool) {
      (self.name, self.columns, self.rows, self.isUTF8) = (name, columns, rows, isUTF8)
    }
  }

  package var processors: Int?
  package var memoryBytes: UInt64?
  /// The vector instructions of the hash functions that this processor has, fastest first.
  package var kernels: [InstructionSet] = []
  /// The one in use.
  package var kernel = InstructionSet.portable
  package var clock: Clock?
  /// The hard limit of open files; the node raises the soft one to it.
  package var openFiles: UInt64?
  /// The largest buffers that a socket may ask for.
  package var receiveBufferBytes: UInt64?
  package var sendBufferBytes: UInt64?
  /// `nil` where there is none.
  package var terminal: Terminal?

  /// Facts of which nothing is known.
  package init() {}
}
