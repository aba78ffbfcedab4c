internal import CQUIC

/// Takes a run of datagrams to one address: each `segment` bytes long, the last may be shorter.
package typealias DatagramSink = (
  _ datagrams: UnsafeRawBufferPointer, _ segment: Int, _ remote: NetworkAddress
) -> Void

extension QUICConnection {
  /// Pieces of a stream that one packet is made of; more would hardly fit.
  private static let partLimit = 16

  /// Bytes offered to one packet: no datagram is larger.
  private static let offerLimit = 65_536

  /// Writes what can be sent now, at most `buffer`'s size.
  ///
  /// - Returns: Whether there is more.
  func produce(
    into buffer: UnsafeMutableBufferPointer<UInt8>, at now: UInt64, to sink: DatagramSink
  ) -> Bool {
    if let packet = takeClosePacket() {
      packet.withUnsafeBytes { sink($0, $0.count, remote) }
      return false
    }
    guard let raw, let start = buffer.baseAddress else { return false }
    let payload = cquic_payload(raw)
    var run = Run()
    var hasMore = false
    writing: while true {
      guard run.end + payload <= buffer.count else {
        hasMore = true
        break
      }
      let stream = nextReady()
      let written = write(stream, to: start + run.end, size: payload, at: now, raw)
      switch written.outcome {
      case CQUIC_WRITE_MORE: continue writing
      case CQUIC_STREAM_BLOCKED: stream?.isBlocked = true
      case CQUIC_STREAM_GONE: stream?.isWriteOver = true
      case CQUIC_WRITTEN:
        if written.count == 0 { break writing }
        note(written.count, in: &run, buffer, raw, sink)
      default:
        send(run, buffer, sink)
        fail(written.error, at: now)
        return true
      }
    }
    send(run, buffer, sink)
    cquic_written_at(raw, now)
    return hasMore
  }

  /// Datagrams of one size for one address, which the system can send in one call.
  private struct Run {
    var start = 0
    var end = 0
    var segment = 0
  }

  /// Adds the datagram after `run` to it, or begins a new run where the size or the address differ.
  private func note(
    _ count: Int, in run: inout Run, _ buffer: UnsafeMutableBufferPointer<UInt8>,
    _ raw: OpaquePointer, _ sink: DatagramSink
  ) {
    // Never to the last sender, which anybody can pretend to be: to the address that QUIC checked.
    let destination = NetworkAddress(cquic_destination(raw)) ?? remote
    let isOther = destination != remote
    if run.segment != 0, count > run.segment || isOther {
      send(run, buffer, sink)
      run.start = run.end
      run.segment = 0
    }
    remote = destination
    run.end += count
    if run.segment == 0 { run.segment = count }
    if count < run.segment {
      send(run, buffer, sink)
      run.start = run.end
      run.segment = 0
    }
  }

  private func send(
    _ run: Run, _ buffer: UnsafeMutableBufferPointer<UInt8>, _ sink: DatagramSink
  ) {
    guard run.end > run.start else { return }
    sentBytes += UInt64(run.end - run.start)
    sink(
      UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[run.start..<run.end])),
      run.segment, remote)
  }

  private func nextReady() -> QUICStream? {
    while let stream = ready.first {
      if stream.wantsToSend { return stream }
      stream.isScheduled = false
      ready.removeFirst()
    }
    return nil
  }

  private func write(
    _ stream: QUICStream?, to out: UnsafeMutablePointer<UInt8>, size: Int, at now: UInt64,
    _ raw: OpaquePointer
  ) -> cquic_written {
    guard let stream else { return cquic_write(raw, out, size, -1, nil, 0, false, now) }
    return withUnsafeTemporaryAllocation(of: cquic_part.self, capacity: Self.partLimit) { parts in
      let (count, offered) = stream.offer(into: parts, atMost: Self.offerLimit)
      let isEnd = stream.isEndQueued && stream.sentOffset + UInt64(offered) == stream.queuedOffset
      let written = cquic_write(
        raw, out, size, stream.id, parts.baseAddress, count, isEnd, now)
      stream.sentOffset += UInt64(written.accepted)
      if written.is_end_accepted { stream.isEndSent = true }
      // Streams take turns, a packet each.
      if ready.count > 1 {
        ready.removeFirst()
        stream.isScheduled = stream.wantsToSend
        if stream.isScheduled { ready.append(stream) }
      }
      return written
    }
  }
}

extension QUICStream {
  /// Fills `out` with what comes after ``sentOffset``; returns how many parts and bytes.
  fileprivate func offer(
    into out: UnsafeMutableBufferPointer<cquic_part>, atMost limit: Int
  ) -> (count: Int, bytes: Int) {
    var count = 0
    var bytes = 0
    var offset = firstOffset
    var index = firstPart
    while index < parts.count, count < out.count, bytes < limit {
      let part = parts[index].bytes
      let end = offset + UInt64(part.count)
      if end > sentOffset, let base = part.baseAddress {
        let skipped = sentOffset > offset ? Int(sentOffset - offset) : 0
        out[count] = cquic_part(bytes: base + skipped, count: part.count - skipped)
        bytes += part.count - skipped
        count += 1
      }
      offset = end
      index += 1
    }
    return (count, bytes)
  }
}
