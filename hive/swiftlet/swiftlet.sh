#!/usr/bin/env bash
# Starts a node in a hive container from the files and variables that hive's lean simulator prepares.
# More settings may follow: `swiftlet.sh --check` only looks whether a node would start.
set -euo pipefail
program=${SWIFTLET_PROGRAM:-swiftlet}
assets=${SWIFTLET_ASSETS:-/tmp/swiftlet-runtime}
node=${HIVE_NODE_ID:-swiftlet_0}

# Hive's word for yes; the driver itself reads the same variable.
case "$(tr '[:upper:]' '[:lower:]' <<<"${HIVE_LEAN_TEST_DRIVER:-}" | tr -d '[:space:]')" in
  1 | true | yes) exec "$program" node --http-address 0.0.0.0 --api-port 5052 "$@" ;;
esac

case "${HIVE_LEAN_DEVNET_LABEL:-}" in
  devnet4 | devnet5) ;;
  "") echo "HIVE_LEAN_DEVNET_LABEL is not set: it names the network's rules" >&2; exit 1 ;;
  *) echo "no rules for $HIVE_LEAN_DEVNET_LABEL: this client speaks devnet4 and devnet5" >&2; exit 1 ;;
esac
if [ ! -f "$assets/config.yaml" ]; then
  echo "$assets/config.yaml is not there: the simulator prepares it before the start" >&2
  exit 1
fi

# Hive knows the container's address only when it runs.
files=("$assets/validator-config.yaml" "$assets/nodes.yaml")
if grep -qs __HIVE_LOCAL_IP__ "${files[@]}"; then
  address=$(hostname -I | tr ' ' '\n' | grep -m 1 -E '^[0-9]+(\.[0-9]+){3}$') || {
    echo "this container has no IPv4 address" >&2
    exit 1
  }
  for file in "${files[@]}"; do
    if [ -f "$file" ]; then sed -i "s/__HIVE_LOCAL_IP__/$address/g" "$file"; fi
  done
fi

settings=(
  --genesis "$assets" --node-id "$node" --data-dir "$assets/data" --no-tui
  --gossipsub-port 9000 --http-address 0.0.0.0 --api-port 5052
  --metrics-address 0.0.0.0 --metrics-port 8080
)
if [ -n "${HIVE_CLIENT_PRIVATE_KEY:-}" ]; then settings+=(--node-key "$HIVE_CLIENT_PRIVATE_KEY"); fi
if [ -n "${HIVE_BOOTNODES:-}" ]; then settings+=(--bootnodes "$HIVE_BOOTNODES"); fi
if [ -n "${HIVE_CHECKPOINT_SYNC_URL:-}" ]; then
  settings+=(--checkpoint-sync-url "$HIVE_CHECKPOINT_SYNC_URL")
fi
if [ "${HIVE_IS_AGGREGATOR:-0}" = 1 ]; then settings+=(--is-aggregator); fi
if [ -n "${HIVE_AGGREGATE_SUBNET_IDS:-}" ]; then
  settings+=(--aggregate-subnet-ids "$HIVE_AGGREGATE_SUBNET_IDS")
fi
if [ -n "${HIVE_ATTESTATION_COMMITTEE_COUNT:-}" ]; then
  settings+=(--attestation-committee-count "$HIVE_ATTESTATION_COMMITTEE_COUNT")
fi
exec "$program" node "${settings[@]}" "$@"
