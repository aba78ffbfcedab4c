import Foundation
import Testing

struct KernelTablesTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Core/CKernels/Tables.h")

  @Test func `the kernel's tables follow from the parameters of the permutations`() throws {
    let text = KernelTables().text
    if ProcessInfo.processInfo.environment["SWIFTLET_WRITE_TABLES"] != nil {
      try Data(text.utf8).write(to: Self.path)
    }
    #expect(try String(contentsOf: Self.path, encoding: .utf8) == text)
  }
}
