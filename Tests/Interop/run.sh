#!/usr/bin/env bash
# Meets two peers that nobody here wrote, dialling and listening, with gossip and requests:
#
#     Tests/Interop/run.sh LEANSPEC PYTHON [TIMES]
#
# LEANSPEC  a checkout of leanEthereum/leanSpec (tried with 43246bd6)
# PYTHON    Python 3.12 or later of a virtual environment with: numpy numba pydantic aioquic cryptography
#           aiohttp httpx pyyaml prometheus-client pycryptodome libp2p==0.8.1
# TIMES     connects in a row in each direction (50)
#
# PROVER may name a folder with a stand-in for `lean_multisig_py`, which leanSpec imports and the transport
# does not use; without it an empty one is made. No test of `make test` needs any of this.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -ge 2 ] || { sed -n '2,14p' "$0"; exit 2; }
leanspec=$(realpath "$1") python=$(realpath -s "$2") times=${3:-50}
[ -d "$leanspec/src/lean_spec" ] || { echo "error: $leanspec has no src/lean_spec"; exit 1; }
"$python" -c 'import sys; assert sys.version_info >= (3, 12), "Python 3.12 or later is needed"; import aioquic, libp2p, numba'
if [ -z "${PROGRAM:-}" ]; then
  swift build -c release --product NetworkPeer
  PROGRAM=$(swift build -c release --show-bin-path)/NetworkPeer
fi
stand_in=${PROVER:-$(mktemp -d)}
[ -e "$stand_in/lean_multisig_py" ] || { mkdir "$stand_in/lean_multisig_py"; touch "$stand_in/lean_multisig_py/__init__.py"; }
export LEAN_ENV=test PYTHONPATH="$leanspec/src:$stand_in:Tests/Interop"
"$python" Tests/Interop/leanspec_peer.py "$PROGRAM" "$times"
"$python" Tests/Interop/py_libp2p_peer.py "$PROGRAM" "$times"
