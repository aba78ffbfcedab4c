internal import CQUIC

extension QUICConnection {
  /// What the library calls while it works: each notes what happened and touches nothing else,
  /// because the library must not be entered again from here.
  static var handlers: cquic_handlers {
    cquic_handlers(
      is_certificate_valid: { owner, der, count in
        connection(of: owner).checkCertificate(Array(UnsafeBufferPointer(start: der, count: count)))
      },
      handshake_completed: { owner in
        // A server's handshake is confirmed when it is completed; a client has to wait for the
        // word that its certificate was accepted.
        let owned = connection(of: owner)
        if owned.isInbound { owned.establish() }
      },
      handshake_confirmed: { owner in connection(of: owner).establish() },
      cid_added: { owner, identifier in
        guard let identifier else { return }
        connection(of: owner).identifierChanges.append(
          .added(ConnectionIdentifier(identifier.pointee)))
      },
      cid_removed: { owner, identifier in
        guard let identifier else { return }
        connection(of: owner).identifierChanges.append(
          .removed(ConnectionIdentifier(identifier.pointee)))
      },
      stream_opened: { owner, id in
        let owned = connection(of: owner)
        let stream = QUICStream(id: id, isInbound: true, connection: owned)
        owned.streams[id] = stream
        owned.events.append(.streamOpened(stream))
      },
      stream_data: { owner, id, bytes, count, isEnd in
        connection(of: owner).keep(UnsafeBufferPointer(start: bytes, count: count), of: id, isEnd)
      },
      stream_acknowledged: { owner, id, end in
        let owned = connection(of: owner)
        guard let stream = owned.streams[id] else { return }
        stream.acknowledge(upTo: end)
        if !stream.isAbandoned { owned.events.append(.writable(stream)) }
      },
      stream_reset: { owner, id, code in
        let owned = connection(of: owner)
        guard let stream = owned.streams[id], !stream.isAbandoned else { return }
        stream.inbound = .reset(code: code)
        owned.tellReadable(stream)
      },
      stream_stopped: { owner, id, _ in
        let owned = connection(of: owner)
        guard let stream = owned.streams[id], !stream.isAbandoned else { return }
        stream.isWriteOver = true
        owned.events.append(.writable(stream))
      },
      stream_unblocked: { owner, id in
        let owned = connection(of: owner)
        guard let stream = owned.streams[id] else { return }
        stream.isBlocked = false
        owned.schedule(stream)
      },
      stream_closed: { owner, id in
        let owned = connection(of: owner)
        guard let stream = owned.streams.removeValue(forKey: id) else { return }
        stream.end()
        if stream.readable == 0 { owned.tellClosed(stream) }
      },
      streams_available: { owner in connection(of: owner).events.append(.streamsAvailable) })
  }

  private func keep(_ bytes: UnsafeBufferPointer<UInt8>, of id: Int64, _ isEnd: Bool) -> Bool {
    guard let stream = streams[id], !stream.isAbandoned else { return false }
    stream.received.append(contentsOf: bytes)
    if isEnd { stream.inbound = .ended }
    tellReadable(stream)
    return true
  }

  func tellReadable(_ stream: QUICStream) {
    guard !stream.isTold else { return }
    stream.isTold = true
    tell(.readable(stream))
  }

  func tellClosed(_ stream: QUICStream) {
    guard !stream.isAbandoned, !stream.isCloseTold else { return }
    stream.isCloseTold = true
    tell(.streamClosed(stream))
  }

  private func tell(_ event: Event) {
    events.append(event)
    agenda.add(self)
  }
}

/// The owner that a connection was made with; not a member, because C functions capture nothing.
private func connection(of owner: UnsafeMutableRawPointer?) -> QUICConnection {
  guard let owner else { preconditionFailure("the library lost the owner it was given") }
  return Unmanaged<QUICConnection>.fromOpaque(owner).takeUnretainedValue()
}
