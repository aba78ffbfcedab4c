// swift-tools-version: 6.2
import PackageDescription

// The three rooms of the house. Arrows go one way: Core ← Node and Core ← TUI;
// Node and TUI meet only in the executable. `Docs/Architecture.md` is the map.

/// Settings of every target of ours: one language mode, warnings are errors.
let checked: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// Settings of targets with hot loops.
///
/// Without `-O`, hashing and field arithmetic are 30 to 800 times slower under `swift test`.
/// `assert` vanishes there: use `precondition`.
let checkedAndFast: [SwiftSetting] =
  checked + [.unsafeFlags(["-O"], .when(configuration: .debug))]

typealias Dependencies = [Target.Dependency]

func room(
  _ group: String, _ name: String, _ dependencies: Dependencies, fast: Bool = false,
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(group)/\(name)",
    resources: resources, swiftSettings: fast ? checkedAndFast : checked)
}

func core(_ name: String, _ dependencies: Dependencies = [], fast: Bool = false) -> Target {
  room("Core", name, dependencies, fast: fast)
}

func node(_ name: String, _ dependencies: Dependencies = [], fast: Bool = false) -> Target {
  room("Node", name, dependencies, fast: fast)
}

func tui(
  _ name: String, _ dependencies: Dependencies = [], fast: Bool = false, resources: [Resource] = []
) -> Target {
  room("TUI", name, dependencies, fast: fast, resources: resources)
}

func tests(
  _ group: String, _ name: String, _ dependencies: Dependencies = [], fast: Bool = false,
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(group)/\(name)Tests",
    exclude: exclude, swiftSettings: fast ? checkedAndFast : checked)
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

let orderedCollections: Target.Dependency = .product(
  name: "OrderedCollections", package: "swift-collections")

/// An HTTP server and the parts of it that its users name.
let hummingbird: Dependencies = [
  .product(name: "Hummingbird", package: "hummingbird"),
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "Logging", package: "swift-log"),
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// The themes of `themes/`, compiled into the program so that it needs no file.
let themes: [Resource] = ["midnight", "daylight", "okabe", "high-contrast", "mono"]
  .map { .embedInCode("themes/\($0).yaml") }

/// The commit that a program says it was built from, from the environment, which `make` sets.
///
/// Only one small C file is compiled anew for another commit.
let commit: [CSetting] =
  Context.environment["SWIFTLET_COMMIT"].map {
    [.define("SWIFTLET_COMMIT", to: "\"\($0)\"")]
  } ?? []

/// The targets to build, from the environment, with what they need; all but the fuzzer's if absent.
///
/// Instrumented builds name what they test, because each compiles everything anew; the fuzzer's
/// program links only where the compiler brings LLVM's driver.
let only = Context.environment["SWIFTLET_ONLY"].map { $0.split(separator: ",").map(String.init) }

func isWanted(_ target: Target, among targets: [Target]) -> Bool {
  guard let only else { return target.name != "FuzzDecoders" }
  var wanted: Set<String> = []
  var open = only
  while let name = open.popLast() {
    guard wanted.insert(name).inserted else { continue }
    for dependency in targets.first(where: { $0.name == name })?.dependencies ?? [] {
      if case .byNameItem(let name, _) = dependency { open.append(name) }
    }
  }
  return wanted.contains(target.name)
}

let package = Package(
  name: "Swiftlet",
  products: [
    .executable(name: "swiftlet", targets: ["SwiftletCommand"]),
    .executable(name: "swiftlet-bench-dashboard", targets: ["DashboardBenchmark"]),
    // For tests: a prover with the C interface that operators' libraries have.
    .library(name: "FakeProver", type: .dynamic, targets: ["FakeProverLibrary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Core: what is true.
    .systemLibrary(name: "CNettle", path: "Sources/Core/CNettle"),
    .target(
      name: "CKernels", path: "Sources/Core/CKernels",
      cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))]),
    core("Hashing", ["CKernels", "CNettle"], fast: true),
    core("SSZ", ["Hashing"], fast: true),
    core("XMSS", ["CKernels", "Hashing", "SSZ"], fast: true),
    core("Consensus", ["XMSS", "SSZ", "Hashing"], fast: true),
    core("StateTransition", ["Consensus", "SSZ", "Hashing"], fast: true),
    core(
      "ForkChoice", ["Aggregation", "StateTransition", "Consensus", "XMSS", "SSZ", "Hashing"],
      fast: true),
    core("Aggregation", ["XMSS", "SSZ", "Hashing"], fast: true),
    core(
      "BlockBuilding",
      ["ForkChoice", "StateTransition", "Aggregation", "Consensus", "XMSS", "SSZ", "Hashing"],
      fast: true),
    core(
      "Simulation",
      [
        "Chain", "ChainWork", "BlockBuilding", "ForkChoice", "StateTransition", "Aggregation",
        "ChainEvents",
        "Proposing", "Randomness", "SigningLedger", "Consensus", "XMSS", "SSZ", "Hashing",
      ], fast: true),
    core("Randomness"),
    core("ChainEvents", ["Hashing"], fast: true),
    core(
      "Syncing", ["ChainEvents", "Consensus", "Hashing", "SSZ", deque, orderedCollections],
      fast: true),
    core("NodeStatus", ["ChainEvents", "Hashing"], fast: true),
    core("LeanMetrics", ["ChainEvents", "NodeStatus", "StateTransition"]),
    core("Proposing", ["ChainEvents", "ChainWork", "Consensus", "Hashing"], fast: true),
    core(
      "ChainWork",
      [
        "Aggregation", "BlockBuilding", "ChainEvents", "Consensus", "ForkChoice", "Hashing", "SSZ",
        "XMSS", deque,
      ], fast: true),
    core("SigningLedger", ["Hashing", "SSZ", "XMSS"], fast: true),
    core(
      "Chain",
      [
        "Aggregation", "BlockBuilding", "ChainEvents", "ChainWork", "Consensus", "ForkChoice",
        "Hashing",
        "Proposing", "SSZ", "SigningLedger", "StateTransition", "XMSS", deque, orderedCollections,
      ], fast: true),

    // Node: how it meets the world.
    .target(name: "CInstructionCounter", path: "Sources/Node/CInstructionCounter"),
    .target(
      name: "CSnappy", path: "Sources/Node/CSnappy",
      cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("snappy")]),
    node("Wire", ["CSnappy", "Hashing"], fast: true),
    .target(
      name: "CSecp256k1", path: "Sources/Node/CSecp256k1",
      linkerSettings: [.linkedLibrary("secp256k1")]),
    .systemLibrary(name: "CGnuTLS", path: "Sources/Node/CGnuTLS"),
    node("RequestResponse", ["Consensus", "Hashing", "SSZ", "Wire"]),
    node("PeerIdentity", ["CGnuTLS", "CSecp256k1", "Hashing", "KeyFiles", "Wire"]),
    .target(
      name: "CQUIC", path: "Sources/Node/CQUIC",
      cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
      linkerSettings: [
        .linkedLibrary("ngtcp2"), .linkedLibrary("ngtcp2_crypto_gnutls"), .linkedLibrary("gnutls"),
      ]),
    node("QUIC", ["CQUIC"], fast: true),
    node("Libp2p", ["Hashing", "PeerIdentity", "QUIC", "Wire", deque]),
    node("Gossipsub", ["ChainEvents", "Hashing", "Wire", deque], fast: true),
    node(
      "NetworkSimulation", ["ChainEvents", "Gossipsub", "Randomness", "Simulation", "Wire"],
      fast: true),
    node(
      "Benchmarking",
      [
        "Aggregation", "BlockBuilding", "CInstructionCounter", "CSnappy", "ForkChoice",
        "SigningLedger", "StateTransition", "Storage", "Consensus", "Wire", "XMSS", "SSZ",
        "Hashing",
      ]),
    node(
      "LoadBenchmark",
      [
        "Aggregation", "BlockBuilding", "Chain", "ChainWork", "ChainEvents", "ChainHost",
        "Consensus",
        "ForkChoice", "Hashing", "LeanNode", "SSZ", "Simulation", "XMSS",
      ]),
    node("KeyFiles", ["Hashing", "SSZ", "SigningLedger", "XMSS", yams]),
    node("CheckpointSync", ["Consensus", "SSZ", "Syncing"]),
    node(
      "NetworkFiles",
      ["Consensus", "Hashing", "KeyFiles", "Libp2p", "PeerIdentity", "SSZ", "Wire", "XMSS"]),
    node(
      "Conformance",
      [
        "Aggregation", "BlockBuilding", "Chain", "ChainEvents", "ChainHost", "Consensus",
        "ForkChoice",
        "Gossipsub", "Hashing", "LeanAPI", "LeanMetrics", "PeerIdentity", "RequestResponse", "SSZ",
        "SigningLedger", "StateTransition", "Syncing", "Wire", "XMSS",
      ]),
    node("Storage", ["Consensus", "Hashing", "SSZ", "SigningLedger", "XMSS", grdb]),
    .target(name: "CWorkers", path: "Sources/Node/CWorkers"),
    .target(
      name: "CMachine", path: "Sources/Node/CMachine", cSettings: commit,
      linkerSettings: ["ngtcp2", "gnutls", "nettle", "sqlite3", "ncursesw"].map {
        .linkedLibrary($0)
      }),
    room(
      "Node", "ProverWorkers", ["Aggregation", "CWorkers", "Hashing", "SigningLedger", "XMSS"],
      resources: [
        .embedInCode("leanvm-requirements.txt"), .embedInCode("leanvm-worker.py"),
      ]),
    node(
      "Devnet",
      [
        "Aggregation", "Chain", "ChainEvents", "ChainHost", "ChainWork", "Consensus", "HTTPServer",
        "Hashing", "KeyFiles", "LeanAPI", "LeanMetrics", "LeanNode", "Libp2p", "NetworkFiles",
        "Networking", "NodeStatus", "PeerIdentity", "Proposing", "ProverWorkers", "QUIC",
        "RequestResponse",
        "SSZ", "Simulation", "Storage", "Wire", "XMSS",
      ]),
    node("Doctor", ["CMachine", "Consensus", "Hashing", "Storage"]),
    node("Manual"),
    node(
      "NodeSettings",
      [
        "Aggregation", "Consensus", "Hashing", "KeyFiles", "Libp2p", "NetworkFiles", "Networking",
        "PeerIdentity", "Proposing", "QUIC", "Storage", "Wire", "XMSS",
      ]),
    node(
      "ChainHost",
      ["Chain", "ChainWork", "ChainEvents", "Consensus", "ForkChoice", "Hashing", deque]),
    room(
      "Node", "LeanAPI",
      [
        "Chain", "ChainEvents", "ChainHost", "Consensus", "ForkChoice", "Hashing", "LeanMetrics",
        "NodeStatus", "SSZ", "StateTransition", deque,
      ], resources: [.embedInCode("Pages/fork_choice.html")]),
    node("EventClient", ["ChainEvents"]),
    node(
      "HTTPServer",
      ["ChainEvents", "ChainHost", "LeanAPI", "LeanMetrics", "NodeStatus"] + hummingbird),
    node(
      "Networking",
      [
        "Chain", "ChainWork", "ChainEvents", "ChainHost", "Consensus", "Gossipsub", "Hashing",
        "Libp2p",
        "PeerIdentity",
        "QUIC", "RequestResponse", "Randomness", "SSZ", "Syncing", "Wire", "XMSS",
      ]),
    node(
      "NetworkBenchmark",
      [
        "Aggregation", "BlockBuilding", "Chain", "ChainWork", "ChainEvents", "ChainHost",
        "Consensus", "ForkChoice", "Gossipsub", "Hashing", "KeyFiles", "LeanNode", "Libp2p",
        "Networking", "PeerIdentity", "Proposing", "QUIC", "RequestResponse", "SSZ",
        "SigningLedger", "Storage", "Wire", "XMSS",
      ]),
    node(
      "LeanNode",
      [
        "Aggregation", "Chain", "ChainWork", "ChainEvents", "ChainHost", "Consensus", "ForkChoice",
        "Hashing", "KeyFiles", "LeanMetrics", "Networking", "Proposing", "ProverWorkers",
        "RequestResponse", "SSZ", "SigningLedger", "StateTransition", "Storage", "XMSS",
      ]),
    .executableTarget(
      name: "SwiftletCommand",
      dependencies: [
        "Aggregation", "Benchmarking", "BlockBuilding", "CMachine", "Chain", "ChainEvents",
        "ChainHost", "ChainWork",
        "CheckpointSync", "Conformance", "Consensus", "Dashboard", "DashboardApp", "Devnet",
        "Doctor", "EventClient", "HTTPServer", "Hashing", "KeyFiles", "LeanAPI", "LeanNode",
        "Libp2p",
        "LoadBenchmark", "Manual",
        "NetworkBenchmark", "NetworkFiles", "NetworkSimulation", "Networking", "NodeSettings",
        "NodeStatus", "PeerIdentity", "Proposing", "ProverWorkers", "QUIC", "SSZ", "SigningLedger",
        "Simulation",
        "Storage", "Terminal", "Theme", "Wire", "XMSS", argumentParser,
      ],
      path: "Sources/Node/SwiftletCommand", swiftSettings: checked),

    // TUI: how a person sees it.
    tui("Terminal", fast: true),
    tui("Theme", ["Terminal", yams], resources: themes),
    tui("DashboardDemo", ["ChainEvents", "Hashing"], fast: true),
    tui(
      "Dashboard", ["ChainEvents", "Hashing", "NodeStatus", "Terminal", "Theme"], fast: true),
    // No pkgConfig: ncursesw.pc carries -D flags, which SwiftPM refuses with a warning.
    .target(
      name: "CCurses", path: "Sources/TUI/CCurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    tui("Curses", ["CCurses", "ChainEvents", "Terminal"]),
    tui(
      "DashboardApp",
      ["ChainEvents", "Curses", "Dashboard", "NodeStatus", "Terminal", "Theme", yams], fast: true),
    .executableTarget(
      name: "DashboardBenchmark",
      dependencies: ["ChainEvents", "Dashboard", "DashboardApp", "DashboardDemo", "NodeStatus"],
      path: "Sources/TUI/DashboardBenchmark", swiftSettings: checked),

    // Tests mirror sources.
    tests("Node", "Benchmarking", ["Benchmarking"]),
    tests("Node", "Conformance", ["Conformance", "SSZ", "Hashing"]),
    tests("Core", "Hashing", ["CKernels", "Hashing"]),
    tests("Core", "SSZ", ["SSZ", "Hashing"]),
    tests("Core", "Consensus", ["Consensus", "SSZ", "Hashing"]),
    tests("Core", "XMSS", ["XMSS", "SSZ", "Hashing"]),
    tests("Core", "StateTransition", ["StateTransition", "Consensus", "XMSS", "SSZ", "Hashing"]),
    .target(
      name: "AggregationTestSupport", dependencies: ["Aggregation", "Hashing", "XMSS"],
      path: "Tests/Core/AggregationTestSupport", swiftSettings: checked),
    tests(
      "Core", "Aggregation",
      ["Aggregation", "AggregationTestSupport", "Hashing", "SSZ", "Simulation", "XMSS"]),
    tests(
      "Core", "BlockBuilding",
      ["BlockBuilding", "ForkChoice", "Aggregation", "Consensus", "XMSS", "SSZ", "Hashing"]),
    tests(
      "Core", "ForkChoice",
      [
        "ForkChoice", "StateTransition", "Consensus", "Aggregation", "AggregationTestSupport",
        "XMSS", "SSZ", "Hashing",
      ]),
    tests(
      "Core", "Simulation",
      [
        "Simulation", "BlockBuilding", "Chain", "ChainWork", "ChainEvents", "Aggregation",
        "Consensus", "ForkChoice",
        "Hashing",
        "Proposing", "Randomness", "SSZ",
      ]),
    tests("Core", "Randomness", ["Randomness"]),
    tests(
      "Core", "Syncing",
      ["ChainEvents", "Consensus", "Hashing", "Randomness", "SSZ", "Syncing", "XMSS"],
      fast: true),
    .target(
      name: "ChainEventsTestSupport", dependencies: ["ChainEvents", "Hashing"],
      path: "Tests/Core/ChainEventsTestSupport", swiftSettings: checked),
    tests("Core", "ChainEvents", ["ChainEvents", "ChainEventsTestSupport", "Hashing"]),
    tests("Core", "SigningLedger", ["Hashing", "SSZ", "SigningLedger", "XMSS"], fast: true),
    .executableTarget(
      name: "JournalChild",
      dependencies: [
        "Chain", "ChainWork", "Consensus", "Hashing", "LeanNode", "SSZ", "SigningLedger", "Storage",
        "XMSS",
      ],
      path: "Tests/Node/JournalChild", swiftSettings: checked),
    .target(
      name: "ProverTestSupport", dependencies: ["ProverWorkers"],
      path: "Tests/Node/ProverTestSupport", swiftSettings: checked),
    .target(
      name: "NodeTestSupport", path: "Tests/Node/NodeTestSupport", swiftSettings: checked),
    tests(
      "Node", "Storage",
      [
        "Consensus", "Hashing", "JournalChild", "NodeTestSupport", "SSZ", "SigningLedger",
        "Storage", "XMSS", grdb,
      ]),
    tests(
      "Node", "PeerIdentity",
      ["CGnuTLS", "Hashing", "KeyFiles", "NodeTestSupport", "PeerIdentity", "Wire"]),
    tests(
      "Node", "RequestResponse",
      ["Consensus", "Hashing", "RequestResponse", "SSZ", "Wire"]),
    .target(
      name: "QUICTestSupport", dependencies: ["QUIC"], path: "Tests/Node/QUICTestSupport",
      swiftSettings: checked),
    tests("Node", "QUIC", ["QUIC", "QUICTestSupport"]),
    tests(
      "Node", "Libp2p",
      ["Hashing", "Libp2p", "PeerIdentity", "QUIC", "QUICTestSupport", "Randomness", "Wire"]),
    .target(
      name: "FakeProverLibrary", dependencies: ["Aggregation", "CWorkers", "Hashing", "XMSS"],
      path: "Tests/Node/FakeProverLibrary", swiftSettings: checked),
    tests(
      "Node", "ProverWorkers",
      [
        "Aggregation", "AggregationTestSupport", "Hashing", "NodeTestSupport", "ProverTestSupport",
        "ProverWorkers", "SSZ", "SigningLedger", "XMSS",
      ]),
    tests("Node", "Wire", ["CSnappy", "Hashing", "Wire"]),
    tests(
      "Node", "Gossipsub",
      ["ChainEvents", "Gossipsub", "Hashing", "Randomness", "Simulation", "Wire"],
      fast: true),
    tests(
      "Node", "NetworkSimulation", ["Gossipsub", "NetworkSimulation", "Simulation"], fast: true),
    tests(
      "Node", "NodeSettings",
      [
        "Hashing", "KeyFiles", "NetworkFiles", "Networking", "NodeSettings", "NodeTestSupport",
        "Storage", "XMSS",
      ]),
    tests(
      "Node", "LeanAPI",
      [
        "Chain", "ChainEvents", "ChainHost", "ChainTestSupport", "Consensus", "ForkChoice",
        "Hashing", "LeanAPI", "NodeStatus", "SSZ", "StateTransition",
      ]),
    tests(
      "Node", "EventClient",
      [
        "ChainEvents", "DashboardDemo", "EventClient", "Hashing", "LeanAPI", "NodeStatus",
        "NodeStatusTestSupport",
      ]),
    tests(
      "Node", "HTTPServer",
      [
        "Chain", "ChainEvents", "ChainHost", "ChainTestSupport", "Consensus", "ForkChoice",
        "HTTPServer", "Hashing", "LeanAPI",
      ]),
    tests(
      "Node", "Doctor", ["Doctor", "Hashing", "NodeTestSupport", "SigningLedger", "Storage"]),
    tests("Node", "Manual", ["Manual"]),
    tests("Node", "KeyFiles", ["KeyFiles", "NodeTestSupport", "SSZ", "XMSS"]),
    tests(
      "Node", "CheckpointSync",
      ["CheckpointSync", "Consensus", "Hashing", "NodeTestSupport", "SSZ", "Syncing", "XMSS"]),
    tests(
      "Node", "NetworkFiles",
      [
        "Consensus", "Hashing", "KeyFiles", "Libp2p", "NetworkFiles", "NodeTestSupport",
        "PeerIdentity", "SSZ", "Wire", "XMSS",
      ]),
    tests(
      "Node", "SwiftletCommand",
      [
        "Chain", "ChainEvents", "ChainWork", "Dashboard", "Devnet", "Hashing", "NodeStatus",
        "NodeTestSupport", "Storage", "SwiftletCommand",
      ]),
    .target(
      name: "ChainTestSupport",
      dependencies: ["Consensus", "ForkChoice", "Hashing", "SSZ", "XMSS"],
      path: "Tests/Core/ChainTestSupport", swiftSettings: checked),
    tests(
      "Node", "ChainHost",
      [
        "Aggregation", "AggregationTestSupport", "Chain", "ChainWork", "ChainEvents", "ChainHost",
        "ChainTestSupport", "Consensus", "Hashing", "SSZ", "XMSS",
      ]),
    tests(
      "Core", "Chain",
      [
        "Aggregation", "AggregationTestSupport", "BlockBuilding", "Chain", "ChainWork",
        "ChainEvents",
        "ChainTestSupport",
        "Consensus", "ForkChoice", "Hashing", "Proposing", "SigningLedger", "SSZ",
        "StateTransition", "XMSS",
      ]),
    tests("Core", "Proposing", ["ChainEvents", "ChainWork", "Consensus", "Hashing", "Proposing"]),
    tests(
      "Core", "ChainWork",
      [
        "Aggregation", "AggregationTestSupport", "BlockBuilding", "ChainEvents", "ChainTestSupport",
        "ChainWork", "Consensus", "ForkChoice", "SSZ", "XMSS",
      ]),
    tests("TUI", "Terminal", ["Terminal"]),
    tests("TUI", "Theme", ["Terminal", "Theme"]),
    tests(
      "Core", "LeanMetrics",
      ["ChainEvents", "Hashing", "LeanMetrics", "NodeStatus", "StateTransition"]),
    .target(
      name: "NodeStatusTestSupport", dependencies: ["NodeStatus"],
      path: "Tests/Core/NodeStatusTestSupport", swiftSettings: checked),
    tests(
      "Core", "NodeStatus",
      ["ChainEvents", "DashboardDemo", "Hashing", "NodeStatus", "NodeStatusTestSupport"]),
    tests(
      "TUI", "Dashboard",
      [
        "ChainEvents", "ChainEventsTestSupport", "Dashboard", "DashboardApp", "DashboardDemo",
        "Hashing", "NodeStatus", "Terminal", "Theme",
      ], exclude: ["Golden"]),
    tests("TUI", "Curses", ["CCurses", "Curses", "Terminal"]),
    .target(
      name: "ScreenDemo",
      dependencies: ["ChainEvents", "Dashboard", "DashboardApp", "DashboardDemo"],
      path: "Tests/TUI/ScreenDemo", swiftSettings: checked),
    .executableTarget(
      name: "ScreenChild",
      dependencies: [
        "ChainEvents", "Curses", "Dashboard", "DashboardApp", "DashboardDemo", "NodeStatus",
        "ScreenDemo", "Terminal", "Theme",
      ],
      path: "Tests/TUI/ScreenChild", swiftSettings: checked),
    tests(
      "TUI", "DashboardApp",
      [
        "ChainEvents", "Curses", "Dashboard", "DashboardApp", "NodeStatus", "ScreenChild",
        "ScreenDemo", "Terminal", "Theme",
      ], fast: true),
    .executableTarget(
      name: "NetworkPeer",
      dependencies: [
        "Chain", "ChainWork", "ChainEvents", "ChainHost", "Consensus", "Hashing", "Libp2p",
        "Networking",
        "PeerIdentity",
        "QUIC", "RequestResponse", "SSZ", "Wire", "XMSS",
      ],
      path: "Tests/Node/NetworkPeer", swiftSettings: checked),
    tests(
      "Node", "Networking",
      [
        "Chain", "ChainWork", "ChainEvents", "ChainHost", "Consensus", "Gossipsub", "Hashing",
        "Libp2p",
        "Networking", "PeerIdentity", "QUIC", "QUICTestSupport", "Randomness", "RequestResponse",
        "SSZ", "Syncing", "Wire", "XMSS",
      ]),
    tests(
      "Node", "Devnet",
      [
        "Aggregation", "Chain", "ChainWork", "ChainEvents", "Consensus", "Devnet", "Hashing",
        "LeanNode",
        "Networking", "NodeStatus", "NodeTestSupport", "SSZ", "Simulation", "XMSS",
      ]),
    tests(
      "Node", "LeanNode",
      [
        "Aggregation", "AggregationTestSupport", "Chain", "ChainWork", "ChainEvents", "Consensus",
        "ForkChoice",
        "Hashing", "KeyFiles", "LeanNode", "Networking", "NodeTestSupport", "Proposing",
        "ProverTestSupport", "ProverWorkers", "SSZ", "SigningLedger", "Storage", "XMSS",
      ]),
    .executableTarget(
      name: "FuzzDecoders",
      dependencies: [
        "CQUIC", "Consensus", "Gossipsub", "Hashing", "Libp2p", "PeerIdentity", "ProverWorkers",
        "QUIC",
        "RequestResponse", "SSZ", "Wire", "XMSS",
      ],
      path: "Tests/Node/FuzzDecoders", swiftSettings: checked),
    tests("Tidy", "Tidy"),
  ]
)

let targets = package.targets
package.targets = targets.filter { isWanted($0, among: targets) }
if only != nil { package.products = [] }
