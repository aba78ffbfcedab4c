internal import ArgumentParser
private import Doctor
private import Foundation
private import NodeSettings

/// Packs what a helper needs to see of a node.
struct DebugBundleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug-bundle",
    abstract: "Pack logs, recordings, settings and screenshots of a node, without secrets.",
    discussion: """
      Writes one archive with what the doctor finds, the settings, the network's files, the logs that are \
      named, and the newest recordings and screenshots of the working directory and the data directory. \
      Key files, databases and journals never go in; every other file is searched for the secrets of the \
      keys and tokens that lie beside it, raw and as digits, and these are taken out. Look into it before \
      you send it.

      Example: journalctl -u swiftlet --since today > node.log
               swiftlet debug-bundle --log node.log -- --config /etc/swiftlet/node.yaml
      """)

  @Option(help: ArgumentHelp("A file of log lines; repeat it for more.", valueName: "file"))
  var log: [String] = []

  @Option(help: ArgumentHelp("The archive to write.", valueName: "file"), completion: .file())
  var out = "swiftlet-debug.tar.gz"

  @Argument(
    help: "After --, settings of swiftlet node.")
  var settings: [String] = []

  func run() async throws {
    let look = try NodeLook(settings)
    let checkup = try await Checkup(look)
    let texts = [
      "version.txt": Swiftlet.description, "doctor.txt": checkup.text,
      "doctor.json": try checkup.json,
    ]
    let places = places(look)
    let out = out
    let omissions = try await onThread {
      let bundle = DebugBundle(places, texts: texts)
      try bundle.write(to: out)
      return bundle.omissions
    }
    for omission in omissions { say("left out: \(omission)") }
    tell("\(out) is written; look into it before you send it")
  }

  private func places(_ look: NodeLook) -> DebugBundle.Places {
    var places = DebugBundle.Places()
    places.dataDirectory = look.dataDirectory
    places.genesisFolder = look.genesisFolder
    places.keyFolder = look.keyFolder
    places.settingsFile = look.text(.config)
    places.nodeKey = look.text(.nodeKey)
    places.logs = log
    places.folders = [".", look.dataDirectory].compactMap { $0 }
    return places
  }
}
