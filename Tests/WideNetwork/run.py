#!/usr/bin/env python3
"""Runs `swiftlet node` processes with a slow, lossy network between them, and counts what they did.

    Tests/WideNetwork/run.py PROGRAM [--nodes 4] [--slots 40] [--delay 200] [--loss 2]

Each node is in a network namespace of its own. Every packet takes `--delay` milliseconds to each other
namespace, and `--loss` of a hundred packets vanish: by `tc ... netem` on each node's interface where the
kernel has it, and else here, on the way between the interfaces. It needs root, `ip` (and `tc`) of
iproute2, and /dev/net/tun. No test of `make test` needs any of this.

It ends with status 1 unless every proposal is a hit and finality is 3 slots behind in the second half.
"""
import argparse
import base64
import fcntl
import heapq
import os
import random
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def sh(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def peer_id(record):
    """The id of the peer that a text `enr:...` is signed by."""
    body = record.strip().removeprefix("enr:")
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    place = data.index(b"secp256k1\xa1") + len(b"secp256k1\xa1")
    return base58(b"\0\x25\x08\x02\x12\x21" + data[place : place + 33])


class Hub:
    """Carries packets between the namespaces."""

    def __init__(self, count, delay, loss):
        self.names = [f"wide{os.getpid() % 1000}n{index}" for index in range(count)]
        self.carried = self.lost = 0
        self.random = random.Random(1)
        self.files = [self.interface(index, name) for index, name in enumerate(self.names)]
        self.is_kernels = all(self.netem(name, delay, loss) for name in self.names)
        self.delay, self.loss = (0, 0) if self.is_kernels else (delay / 1e3, loss / 100)

    def interface(self, index, name):
        sh("ip", "netns", "add", name)
        file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        sh("ip", "link", "set", name, "netns", name)
        inside = ["ip", "-n", name]
        sh(*inside, "addr", "add", f"{self.address(index)}/24", "dev", name)
        sh(*inside, "link", "set", "lo", "up")
        sh(*inside, "link", "set", name, "up")
        return file

    @staticmethod
    def netem(name, delay, loss):
        words = ["tc", "-n", name, "qdisc", "add", "dev", name, "root", "netem"]
        words += ["delay", f"{delay}ms", "loss", f"{loss}%", "limit", "100000"]
        return shutil.which("tc") and subprocess.run(words, capture_output=True).returncode == 0

    @staticmethod
    def address(index):
        return f"10.77.0.{index + 1}"

    def run(self, until):
        waiting, number = [], 0
        while not until():
            pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.2
            for file in select.select(self.files, [], [], min(pause, 0.2))[0]:
                try:
                    packet = os.read(file, 65_536)
                except BlockingIOError:
                    continue
                if len(packet) < 20 or packet[0] >> 4 != 4 or packet[16:19] != b"\x0a\x4d\0":
                    continue
                if not 1 <= packet[19] <= len(self.files):
                    continue
                self.carried += 1
                if self.random.random() < self.loss:
                    self.lost += 1
                    continue
                number += 1
                due = time.monotonic() + self.delay
                heapq.heappush(waiting, (due, number, self.files[packet[19] - 1], packet))
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, file, packet = heapq.heappop(waiting)
                try:
                    os.write(file, packet)
                except OSError:
                    self.lost += 1

    def end(self):
        for file in self.files:
            os.close(file)
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def start(program, folder, hub, slots):
    count = len(hub.names)
    words = [program, "genesis", "--out", folder, "--scheme", "devnet", "--slots", str(slots + 64)]
    for index in range(count):
        words += ["--node", f"swiftlet_{index}"]
    print(sh(*words, "--genesis-in", "20").strip().splitlines()[-1])
    records = [line[1:].strip().strip('"') for line in open(f"{folder}/nodes.yaml") if "enr:" in line]
    addresses = [
        f"/ip4/{hub.address(index)}/udp/{9001 + index}/quic-v1/p2p/{peer_id(record)}"
        for index, record in enumerate(records)
    ]
    nodes = []
    for index, name in enumerate(hub.names):
        others = ",".join(addresses[:index] + addresses[index + 1 :])
        words = ["ip", "netns", "exec", name, program, "node", "--genesis", folder]
        words += ["--node-id", f"swiftlet_{index}", "--data-dir", f"{folder}/data{index}"]
        words += ["--bootnodes", others, "--listen-address", hub.address(index), "--no-tui"]
        words += ["--slots", str(slots)]
        log = open(f"{folder}/node{index}.log", "w")
        nodes.append(subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT))
    return nodes


def report(folder, count, slots):
    """Prints what each node's log says of its slots; returns whether it is all that was wanted."""
    is_good = True
    print("node  proposals  hits  lag of the second half  peers  publish offset, median and worst")
    for index in range(count):
        lines = [line for line in open(f"{folder}/node{index}.log") if " SLOT " in line]
        fields = [dict(re.findall(r"(\w+)=(\S+)", line)) for line in lines]
        outcomes = [one["proposal"] for one in fields if "proposal" in one]
        offsets = sorted(int(one["offset_ms"]) for one in fields if "offset_ms" in one)
        lags = [one["lag"] for one in fields if int(one["slot"]) > slots // 2]
        hits = outcomes.count("hit")
        told = ", ".join(f"{lag}: {lags.count(lag)}" for lag in sorted(set(lags)))
        peers = fields[-1]["peers"] if fields else "-"
        middle = f"{offsets[len(offsets) // 2]} and {offsets[-1]} ms" if offsets else "-"
        print(f"{index:4}  {len(outcomes):9}  {hits:4}  {told:22}  {peers:5}  {middle}")
        others = [outcome for outcome in outcomes if outcome != "hit"]
        if others:
            print(f"      other outcomes: {others}")
        is_good &= bool(outcomes) and not others and set(lags) == {"3"}
    return is_good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    for name, usual in [("nodes", 4), ("slots", 40), ("delay", 200), ("loss", 2)]:
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("ip") or not os.path.exists("/dev/net/tun"):
        sys.exit("error: this needs root, `ip` of iproute2 and /dev/net/tun")
    folder = tempfile.mkdtemp(prefix="swiftlet-wide-")
    hub = Hub(options.nodes, options.delay, options.loss)
    nodes = []
    try:
        nodes = start(options.program, folder, hub, options.slots)
        way = "netem of the kernel" if hub.is_kernels else "this program: the kernel has no netem"
        print(f"{options.delay} ms each way and {options.loss} % loss by {way}; logs in {folder}")
        hub.run(lambda: all(node.poll() is not None for node in nodes))
        print(f"{hub.carried} packets, {hub.lost} lost here; exits {[node.returncode for node in nodes]}")
    finally:
        for node in nodes:
            node.kill()
        hub.end()
    sys.exit(0 if report(folder, options.nodes, options.slots) else 1)


main()
