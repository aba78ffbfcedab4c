# Two commands do all set-up on a fresh Debian 12 with Swift 6.3: `make run` and `make test`.

SOURCES  = Package.swift Sources Tests
CHECKED  = --explicit-target-dependency-import-check error
RELEASE  = -c release $(CHECKED)
# What the Swift toolchain itself needs to run and link, then what Swiftlet links and tests with.
TOOLCHAIN = binutils git libc6-dev libcurl4 libedit2 libgcc-12-dev libstdc++-12-dev libxml2 zlib1g-dev
PACKAGES  = $(TOOLCHAIN) libgnutls28-dev libncurses-dev libngtcp2-crypto-gnutls-dev libngtcp2-dev \
            libsecp256k1-dev libsnappy-dev libsqlite3-dev nettle-dev procps python3 python3-venv \
            tmux
# What packages are made and checked with; Foundation's network code wants curl to be linked.
PACKAGING = dpkg-dev gcc libcurl4-gnutls-dev
CHECKING  = fish lintian man-db mandoc shellcheck systemd zsh
# What the checks in folders of other systems want.
FOLDERS   = crun debootstrap docker-compose podman python3-venv python3-yaml systemd-container

# What `swiftlet --version` says that it was built from; only one small file depends on it.
build: export SWIFTLET_COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)

.PHONY: run build test dist dist-check dist-twice lint format fuzz sanitize bench docs packages

## run: install what is missing, build, start a live devnet with the dashboard
run: build
	@.build/release/swiftlet devnet $(ARGUMENTS)

## build: the release build, with its progress
build: packages
	@swift build $(RELEASE) --product swiftlet

## test: install what is missing, build, run every test
test: packages
	swift test --parallel $(CHECKED)

## dist: dist/ gets an archive and a Debian package of this commit, with the Swift runtime linked in
dist: packages
	@.ci/packages $(PACKAGING)
	@packaging/build

## dist-check: what make dist made is looked at; as root, it runs in SYSTEMS="bookworm trixie noble machine image"
SYSTEMS =
dist-check:
	@.ci/packages $(CHECKING) $(if $(SYSTEMS),$(FOLDERS))
	@packaging/check static $(SYSTEMS)

## dist-twice: the packages of this commit are made in two folders and compared byte for byte
dist-twice: packages
	@.ci/packages $(PACKAGING)
	@packaging/twice

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

format:
	swift format --in-place --parallel --recursive $(SOURCES)

## fuzz: fuzz one decoder or all of them: make fuzz TARGET=snappy_block SECONDS=600
TARGET  = all
SECONDS = 20
fuzz: packages
	@.ci/fuzz $(TARGET) $(SECONDS)

## sanitize: tests under the thread sanitizer, then under those for addresses and undefined behaviour
sanitize: packages
	@.ci/sanitize all

## bench: measure the node, then the dashboard
bench: build
	.build/release/swiftlet bench
	swift build $(RELEASE) --product swiftlet-bench-dashboard
	.build/release/swiftlet-bench-dashboard

docs:
	swift package dump-symbol-graph --minimum-access-level public

# Asks dpkg only; the package manager runs when something is missing.
packages:
	@.ci/packages $(PACKAGES)
