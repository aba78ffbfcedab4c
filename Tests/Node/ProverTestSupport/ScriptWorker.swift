package import ProverWorkers

/// A worker of a few lines of Python that misbehaves in one way, once it has got ready.
///
/// Its proofs are 1,000 times the byte 5; it finds any proof to show `claims`. A key's public half is
/// its seed, and it signs with keys that were opened in its life.
package enum ScriptWorker: String, CaseIterable {
  /// Does what it should.
  case honest
  /// Reads on and says nothing.
  case silent
  /// Writes bytes that are no frames.
  case garbage
  /// Writes frames that nobody asked for, without end.
  case flood
  /// Ends in the middle of its answer.
  case half
  /// Says that its answer is longer than any.
  case length
  /// Answers another request.
  case number
  /// Answers with a message of another kind.
  case kind
  /// Ends without a word.
  case exit
  /// Says so much on its error stream that it would fill a disk, and then answers.
  case chatter
  /// Has keys of another scheme.
  case scheme
  /// Fails its own test.
  case sick
  /// Never says who it is.
  case mute

  /// Makes the command that starts such a worker.
  ///
  /// - Parameters:
  ///   - lane: What its work is.
  ///   - claims: What it finds in any proof.
  ///   - seconds: What it waits before each answer but the first.
  ///   - place: Where it seems to run.
  ///   - generation: What it says that its proofs are.
  ///   - mark: A file that is not there: the first life makes it, and later ones are honest.
  /// - Returns: The command.
  package func command(
    lane: WorkerLane, claims: [WorkerClaim] = [], seconds: Double = 0, place: String = "local",
    generation: String = "script 1", mark: String = ""
  ) -> WorkerCommand {
    let bytes = WorkerAnswer.claims(claims).frame(0).payload
    let hexadecimal = bytes.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
    return WorkerCommand(
      [
        "python3", "-I", "-S", "-c", Self.program, rawValue, hexadecimal, "\(seconds)", generation,
        mark,
      ], lane: lane, place: place)
  }

  private static let program = """
    import os, struct, sys, time
    mode, claims, seconds = sys.argv[1], bytes.fromhex(sys.argv[2]), float(sys.argv[3])
    generation, mark, keys = sys.argv[4].encode(), sys.argv[5], set()
    if mark and os.path.exists(mark): mode = "honest"
    elif mark: open(mark, "w").close()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    def counted(data): return struct.pack("<I", len(data)) + data
    def frame(kind, number, payload):
        return struct.pack("<IBBQ", 10 + len(payload), 1, kind, number) + payload
    def send(data):
        sink.write(data)
        sink.flush()
    while True:
        head = source.read(4)
        if len(head) < 4: sys.exit(0)
        body = source.read(struct.unpack("<I", head)[0])
        version, kind, number = struct.unpack("<BBQ", body[:10])
        if kind == 1:
            if mode == "mute": continue
            sizes = (52, 2536) if mode == "scheme" else (32, 2404)
            test = b"the sky is green" if mode == "sick" else b""
            send(frame(129, number, counted(b"script") + counted(generation) + counted(b"leanxmss")
                + struct.pack("<IIBBB", *sizes, 0, 1, 0) + counted(test)))
            continue
        if kind == 2:
            time.sleep(seconds)
            send(frame(130, number, b""))
            continue
        answer = frame(131, number, counted(b"\\5" * 1000))
        if kind == 6: answer = frame(132, number, claims)
        if kind == 7:
            (count,) = struct.unpack("<I", body[10:14])
            answer = frame(133, number, struct.pack("<I", count) + b"\\1" * count)
        if kind == 8:
            keys.add(body[14:46])
            answer = frame(134, number, counted(body[14:46]))
        if kind == 9: answer = frame(130, number, b"")
        if kind == 10: answer = frame(135, number, counted(bytes(2404)))
        if kind in (9, 10) and body[14:46] not in keys:
            answer = frame(255, number, b"\\1" + counted(b"this key is not open here"))
        time.sleep(seconds)
        if mode == "silent": continue
        if mode == "garbage": send(b"no frame at all, but text" * 100)
        elif mode == "flood":
            while True: send(frame(131, number + 1, bytes(1 << 20)))
        elif mode == "half":
            send(answer[: len(answer) // 2])
            os._exit(0)
        elif mode == "length": send(struct.pack("<I", 0x7FFFFFFF) + answer[4:])
        elif mode == "number": send(frame(131, number - 1, counted(b"")))
        elif mode == "kind": send(frame(130, number, b""))
        elif mode == "exit": os._exit(3)
        elif mode == "chatter":
            for _ in range(4000): os.write(2, b"panicked at " + b"x" * 1000 + b"\\n")
            send(answer)
        else: send(answer)
    """
}
