private import CMachine
private import Foundation
private import Hashing

extension MachineFacts {
  /// What the system says; nothing is changed.
  package static func ofThisMachine() -> MachineFacts {
    var facts = MachineFacts()
    facts.processors = ProcessInfo.processInfo.activeProcessorCount
    facts.memoryBytes = ProcessInfo.processInfo.physicalMemory
    facts.kernels = InstructionSet.supported
    facts.kernel = InstructionSet.chosen
    facts.clock = clock()
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      facts.openFiles = UInt64(limit.rlim_max)
    }
    facts.receiveBufferBytes = number("/proc/sys/net/core/rmem_max")
    facts.sendBufferBytes = number("/proc/sys/net/core/wmem_max")
    facts.terminal = terminal(ProcessInfo.processInfo.environment)
    return facts
  }

  private static func clock() -> Clock? {
    var discipline = clock_discipline()
    guard clock_discipline_read(&discipline) == 0 else { return nil }
    return Clock(
      isSynchronized: discipline.is_synchronized,
      offsetMicroseconds: discipline.offset_microseconds,
      maximumErrorMicroseconds: discipline.maximum_error_microseconds)
  }

  private static func number(_ path: String) -> UInt64? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func terminal(_ environment: [String: String]) -> Terminal? {
    guard isatty(STDOUT_FILENO) != 0 else { return nil }
    var size = winsize()
    _ = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    return Terminal(
      name: environment["TERM"] ?? "", columns: Int(size.ws_col), rows: Int(size.ws_row),
      isUTF8: locale?.uppercased().replacing("-", with: "").contains("UTF8") ?? false)
  }
}
