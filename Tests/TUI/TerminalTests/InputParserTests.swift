import Terminal
import Testing

/// Bytes of real terminals, broken connections and hostile programs.
struct InputParserTests {
  /// What a parser makes of texts that come with pauses of so many milliseconds before them.
  private func inputs(_ texts: (UInt64, String)..., end: UInt64 = 5_000) -> [InputEvent] {
    var parser = InputParser()
    var time: UInt64 = 1_000
    var events: [InputEvent] = []
    for (pause, text) in texts {
      time += pause
      events += parser.add(Array(text.utf8), at: time)
    }
    return events + parser.expire(at: time + end)
  }

  private func inputs(_ text: String) -> [InputEvent] { inputs((0, text)) }

  private func keys(_ keys: Key...) -> [InputEvent] { keys.map(InputEvent.key) }

  @Test func `characters and control keys`() {
    #expect(
      inputs("a é世\t\r\u{7F}\u{8}\u{C}")
        == keys(
          .character("a"), .character(" "), .character("é"), .character("世"), .tab, .enter,
          .backspace, .backspace, .control("l")))
    #expect(inputs("\u{0}\u{3}\u{1A}\u{1C}\u{1F}") == [])
  }

  @Test(arguments: [
    ("\u{1B}[A", Key.up), ("\u{1B}OA", .up), ("\u{1B}[H", .home), ("\u{1B}OH", .home),
    ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[F", .end), ("\u{1B}[4~", .end),
    ("\u{1B}[8~", .end), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[3~", .delete),
    ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[11~", .function(1)),
    ("\u{1B}[[A", .function(1)), ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)),
    ("\u{1B}[24~", .function(12)), ("\u{1B}OM", .enter),
  ])
  func `keys of all terminals by one table`(bytes: String, key: Key) {
    #expect(inputs(bytes) == [.key(key)])
    // The same, byte by byte and slowly.
    var parser = InputParser()
    var events: [InputEvent] = []
    for (index, byte) in bytes.utf8.enumerated() {
      events += parser.add([byte], at: UInt64(index) * 20)
    }
    #expect(events == [.key(key)])
  }

  @Test(arguments: [
    "\u{1B}[24R", "\u{1B}[I", "\u{1B}[O", "\u{1B}[13;2u", "\u{1B}[1;5A", "\u{1B}[1;2c",
    "\u{1B}[>0;95;0c", "\u{1B}]10;rgb:ffff/ffff/ffff\u{7}", "\u{1B}]52;c;eWVz\u{1B}\\",
    "\u{1B}]11;?\u{7}", "\u{1B}]11;rgb:fffff/0/0\u{7}", "\u{1B}]11;rgb:0/0\u{7}",
    "\u{1B}]11;rgb:0/0/0/0/0\u{7}", "\u{1B}]11;rgb:-1/0/0\u{7}", "\u{1B}P11;rgb:0/0/0\u{1B}\\",
    "\u{1B}[0;1R", "\u{1B}[99999;1R",
    "\u{1B}P1+r544e=787465726d\u{1B}\\", "\u{1B}P>|XTerm\u{7}(390)\u{1B}\\",
    "\u{1B}_Gi=1;OK\u{1B}\\",
    "\u{1B}^private\u{1B}\\", "\u{1B}Xstring\u{1B}\\", "\u{1B}[M +$", "\u{1B}[200;999q", "\u{1B}y",
    "\u{1B}(B", "\u{1B}#8", "\u{1B}[<35;10;10M", "\u{1B}[<0;10;10m", "\u{1B}[<0;0;0M",
    "\u{1B}[<0;99999;1M", "\u{1B}[99999999999999999999~", "\u{1B}[1~".replacing("1", with: "1;2"),
    "\u{1B}]0;a title with é and 世 \u{9C}\u{1B}\\",
  ])
  func `what has no meaning here is swallowed whole`(bytes: String) {
    #expect(inputs(bytes) == [])
    #expect(inputs(bytes + "x") == [.key(.character("x"))])
  }

  @Test(arguments: [
    ("\u{1B}[24;80R", TerminalAnswer.cursor(column: 79, row: 23)),
    ("\u{1B}[?62;22c", .kind(hasClipboard: false)),
    ("\u{1B}[?62;52;22c", .kind(hasClipboard: true)),
    ("\u{1B}]11;rgb:ffff/0000/8080\u{7}", .ground(.rgb(0xFF0080))),
    ("\u{1B}]11;rgba:f/0/8/f\u{1B}\\", .ground(.rgb(0xFF0088))),
  ])
  func `what we have asked for is told apart from keys`(bytes: String, answer: TerminalAnswer) {
    #expect(inputs(bytes + "x") == [.answer(answer), .key(.character("x"))])
  }

  @Test func `introducers of eight bits count too, as a byte and as a character`() {
    var parser = InputParser()
    #expect(parser.add([0x9B] + Array("24;8Sx".utf8), at: 0) == [.key(.character("x"))])
    #expect(parser.add([0x8F, UInt8(ascii: "B")], at: 1) == [.key(.down)])
    #expect(parser.add([0x9D] + Array("0;fy\u{7}z".utf8), at: 2) == [.key(.character("z"))])
    #expect(inputs("\u{9B}24;80Sx") == [.key(.character("x"))])
    #expect(inputs("\u{85}x") == [.key(.character("x"))])
  }

  @Test func `an escape alone is the key, after 25 milliseconds`() {
    var parser = InputParser()
    #expect(parser.add([0x1B], at: 100) == [])
    #expect(parser.deadline == 125)
    #expect(parser.expire(at: 124) == [])
    #expect(parser.expire(at: 125) == [.key(.escape)])
    #expect(parser.deadline == 200)
    #expect(parser.expire(at: 200) == [])
    #expect(parser.deadline == nil)
    #expect(inputs((0, "\u{1B}"), (30, "j")) == keys(.escape, .character("j")))
    #expect(inputs((0, "\u{1B}\u{1B}")) == keys(.escape, .escape))
    #expect(inputs((0, "\u{1B}\u{1B}[A")) == keys(.escape, .up))
  }

  @Test func `a sequence that a slow connection cuts is still one`() {
    #expect(inputs((0, "\u{1B}"), (60, "[A")) == keys(.escape, .up))
    #expect(inputs((0, "\u{1B}["), (90, "A")) == keys(.up))
    #expect(inputs((0, "\u{1B}[2"), (90, "4;8"), (90, "0S")) == [])
    #expect(inputs((0, "\u{1B}O"), (99, "B")) == keys(.down))
    #expect(inputs((0, "\u{1B}]0;ti"), (900, "tle\u{7}"), (0, "x")) == keys(.character("x")))
  }

  @Test func `a sequence that never ends gives the keyboard back`() {
    #expect(inputs((0, "\u{1B}[2"), (101, "x")) == keys(.character("x")))
    #expect(inputs((0, "\u{1B}]0;title"), (1_001, "x")) == keys(.character("x")))
    #expect(inputs((0, "\u{1B}P"), (1_001, "x")) == keys(.character("x")))
    #expect(inputs((0, "\u{1B}[200~abc"), (1_001, "x")) == [.paste("abc")] + keys(.character("x")))
    #expect(inputs("\u{1B}[2\u{18}x") == keys(.character("x")))
    #expect(inputs("\u{1B}[2\u{1B}[Ax") == keys(.up, .character("x")))
    #expect(inputs("\u{1B}]0;title\u{1B}[Ax") == keys(.up, .character("x")))
  }

  @Test func `clicks and the wheel`() {
    #expect(
      inputs("\u{1B}[<0;11;4M\u{1B}[<64;1;1M\u{1B}[<65;3;2M") == [
        .mouse(MouseEvent(.press, column: 10, row: 3)),
        .mouse(MouseEvent(.wheelUp, column: 0, row: 0)),
        .mouse(MouseEvent(.wheelDown, column: 2, row: 1)),
      ])
  }

  @Test func `a paste between marks is text, whatever is in it`() {
    #expect(
      inputs("\u{1B}[200~fy\u{1B}[Aq\u{1B}[201~x") == [
        .paste("fy\u{1B}[Aq"), .key(.character("x")),
      ])
    #expect(inputs("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    #expect(inputs("\u{1B}[200~\u{1B}\u{1B}[201~x") == [.paste("\u{1B}"), .key(.character("x"))])
  }

  @Test func `of a long paste the beginning is kept, and its end is still seen`() {
    let text = String(repeating: "é", count: 100_000)
    let events = inputs("\u{1B}[200~" + text + "\u{1B}[201~x")
    #expect(
      events == [
        .paste(String(repeating: "é", count: InputParser.pasteLimit / 2)), .key(.character("x")),
      ])
  }

  @Test func `long parameters cost no memory and mean nothing`() {
    let digits = String(repeating: "1", count: 1_000_000)
    #expect(inputs("\u{1B}[" + digits + "~x") == keys(.character("x")))
    #expect(inputs("\u{1B}[" + String(repeating: "0", count: 40) + "3~x") == keys(.character("x")))
  }

  @Test func `what is no UTF-8 is dropped`() {
    var parser = InputParser()
    #expect(parser.add([0xFF, 0xC3, 0x28, 0xE2, 0x82], at: 0) == [.key(.character("("))])
    #expect(
      parser.add([0xAC, 0xF4, 0x90, 0x80, 0x80, 0x78], at: 1) == [
        .key(.character("€")), .key(.character("x")),
      ])
  }
}
