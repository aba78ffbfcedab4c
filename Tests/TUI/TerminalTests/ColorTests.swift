import Terminal
import Testing

struct ColorTests {
  @Test func `a colour keeps its kind and value`() {
    #expect(Color.terminalDefault.kind == .terminalDefault)
    #expect(Color.palette(203).kind == .palette(203))
    #expect(Color.rgb(0x12AB34).kind == .rgb(red: 0x12, green: 0xAB, blue: 0x34))
    #expect(Color.rgb(red: 1, green: 2, blue: 3).hexadecimal == 0x010203)
    #expect(Color.palette(196).hexadecimal == 0xFF0000)
    #expect(Color.palette(232).hexadecimal == 0x080808)
    #expect(Color.palette(255).hexadecimal == 0xEEEEEE)
    #expect(Color.terminalDefault.hexadecimal == nil)
  }

  @Test func `colours of the cube and the greys are their own nearest`() {
    for index in [16, 21, 46, 103, 141, 196, 231, 240] as [UInt8] {
      let color = Color.rgb(Color.palette(index).hexadecimal ?? 0)
      #expect(color.reduced(to: .palette256).hexadecimal == color.hexadecimal)
    }
  }

  @Test func `a grey blue stays a grey blue in 256 colours`() throws {
    // By red, green and blue alone it became the teal #5f8787.
    let reduced = try #require(Color.rgb(0x6B7690).reduced(to: .palette256).hexadecimal)
    let (red, green, blue) = (reduced >> 16, reduced >> 8 & 255, reduced & 255)
    #expect(blue >= green && green >= red, "\(String(reduced, radix: 16))")
  }

  @Test func `each depth admits only its own colours`() {
    #expect(Color.rgb(0xFF5C6C).reduced(to: .none) == .terminalDefault)
    #expect(Color.rgb(0xFF5C6C).reduced(to: .trueColor) == .rgb(0xFF5C6C))
    #expect(Color.palette(203).reduced(to: .palette256) == .palette(203))
    #expect(Color.palette(9).reduced(to: .ansi16) == .palette(9))
    guard case .palette(let index) = Color.palette(203).reduced(to: .ansi16).kind else {
      Issue.record("no palette colour")
      return
    }
    #expect(index < 16)
  }

  @Test func `with few colours greys on the terminal's own ground are its own ink`() {
    for depth in [ColorDepth.ansi8, .ansi16] {
      #expect(Style(.palette(7)).reduced(to: depth) == .plain)
      #expect(Style(.palette(8)).reduced(to: depth) == Style(.terminalDefault, .dim))
      #expect(Style(.palette(15)).reduced(to: depth) == Style(.terminalDefault, .bold))
      #expect(
        Style(.palette(1), on: .palette(1)).reduced(to: depth)
          == Style(.palette(7), on: .palette(1)))
    }
    #expect(Style(.palette(12)).reduced(to: .ansi16) == Style(.palette(12)))
  }

  @Test func `with eight colours the bright half becomes the dark one that can be read`() {
    func reduced(_ ink: UInt8, on ground: UInt8) -> Style {
      Style(.palette(ink), on: .palette(ground), .bold).reduced(to: .ansi8)
    }
    #expect(reduced(10, on: 0) == Style(.palette(2), on: .palette(0), .bold))
    #expect(reduced(12, on: 0) == Style(.palette(6), on: .palette(0), .bold))
    #expect(reduced(12, on: 15) == Style(.palette(4), on: .palette(7), .bold))
    #expect(reduced(8, on: 15) == Style(.palette(0), on: .palette(7), .dim))
    #expect(reduced(8, on: 0) == Style(.palette(7), on: .palette(0), [.bold, .dim]))
    #expect(reduced(15, on: 7) == Style(.palette(0), on: .palette(7)))
    #expect(reduced(8, on: 8) == Style(.palette(7), on: .palette(0), [.bold, .dim]))
  }

  @Test func `white, black and grey have the lightness of CIELAB`() {
    #expect(abs(Lab(0xFFFFFF).lightness - 100) < 0.01)
    #expect(abs(Lab(0x000000).lightness) < 0.01)
    #expect(abs(Lab(0x777777).lightness - 50.03) < 0.05)
    #expect(abs(Lab(0xFF0000).greenRed - 80.1) < 0.2)
    #expect(abs(Lab(0x0000FF).blueYellow + 107.9) < 0.2)
  }
}
