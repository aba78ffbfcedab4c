#!/bin/bash
# How lean-quickstart starts Swiftlet: spin-node.sh sources this file and runs $node_binary or $node_docker.

settings="--node-id $item --gossipsub-port $quicPort --http-address 0.0.0.0 --api-port $apiPort"
settings+=" --metrics-port $metricsPort --no-tui"
if [ "$isAggregator" == "true" ]; then
  settings+=" --is-aggregator"
  if [[ "${aggregateSubnetIds:-}" == *,* ]]; then
    settings+=" --aggregate-subnet-ids $aggregateSubnetIds"
  fi
fi
if [ -n "${attestationCommitteeCount:-}" ]; then
  settings+=" --attestation-committee-count $attestationCommitteeCount"
fi
if [ -n "${checkpoint_sync_url:-}" ]; then
  settings+=" --checkpoint-sync-url $checkpoint_sync_url"
fi

# All other files are found beside config.yaml by their names.
node_binary="${SWIFTLET:-swiftlet} node --genesis $configDir/config.yaml --data-dir $dataDir/$item $settings"
node_docker="swiftlet:latest node --genesis /config/config.yaml --data-dir /data $settings"

# "binary" runs the program of PATH, or the one that SWIFTLET names.
node_setup="docker"
