private import Foundation

extension NodeFacts {
  /// Room for this user in the folder, or in the nearest one above it that is there.
  package static func freeBytes(at path: String) -> UInt64? {
    var status = statvfs()
    guard statvfs(nearest(path), &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Why nothing can be written in the folder, or made where it is to be.
  package static func writeRefusal(at path: String) -> String? {
    access(nearest(path), W_OK) == 0 ? nil : String(cString: strerror(errno))
  }

  private static func nearest(_ path: String) -> String {
    var url = URL(filePath: path).standardizedFileURL
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
      url.deleteLastPathComponent()
    }
    return url.path
  }

  /// Why a port cannot be listened on; `nil` if it can, or if it is any free one.
  package static func refusal(of address: [UInt8], port: UInt16, isDatagram: Bool) -> String? {
    guard port > 0 else { return nil }
    let family = address.count == 4 ? AF_INET : AF_INET6
    let kind = isDatagram ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = socket(family, Int32(kind.rawValue), 0)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    // As the HTTP interface does: connections that just ended are in nobody's way.
    var on: Int32 = 1
    if !isDatagram {
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    let answer: Int32
    if family == AF_INET {
      var place = sockaddr_in()
      place.sin_family = sa_family_t(family)
      place.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &place.sin_addr) { $0.copyBytes(from: address) }
      answer = bind(&place, descriptor)
    } else {
      var place = sockaddr_in6()
      place.sin6_family = sa_family_t(family)
      place.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &place.sin6_addr) { $0.copyBytes(from: address) }
      answer = bind(&place, descriptor)
    }
    return answer == 0 ? nil : String(cString: strerror(errno))
  }

  private static func bind<Place>(_ place: inout Place, _ descriptor: Int32) -> Int32 {
    withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<Place>.size))
      }
    }
  }
}
