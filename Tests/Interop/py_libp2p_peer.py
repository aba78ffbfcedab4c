"""py-libp2p over QUIC against a NetworkPeer, both ways. See run.sh.

py-libp2p's own gossip names the author in each message, which no lean client takes: what it
publishes here is the anonymous RPC of the lean network, on a stream of py-libp2p's.
"""
import contextlib, subprocess, sys

import multiaddr, trio
from libp2p import new_host
from libp2p.crypto.secp256k1 import create_new_key_pair
from libp2p.network.stream.exceptions import StreamEOF
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pubsub import Pubsub
from libp2p.tools.anyio_service import background_trio_service

PROGRAM, TIMES = sys.argv[1], int(sys.argv[2])
TOPIC = "/leanconsensus/12345678/block/ssz_snappy"
STATUS = "/leanconsensus/req/status/1/ssz_snappy"
MESHSUB = "/meshsub/1.1.0"
PING = "/ipfs/ping/1.0.0"


def varint(value):
    out = b""
    while value >= 0x80:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def framed(payload):
    """A length and one uncompressed snappy frame."""
    crc = crc32c(payload)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    chunk = masked.to_bytes(4, "little") + payload
    return varint(len(payload)) + b"\xff\x06\x00\x00sNaPpY" + b"\x01" + len(chunk).to_bytes(3, "little") + chunk


class Peer:
    def __init__(self, secret, *dials):
        self.backlog = []
        self.process = subprocess.Popen(
            [PROGRAM, str(secret), "0", *dials], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    async def expect(self, start, seconds=60):
        for index, line in enumerate(self.backlog):
            if line.startswith(start):
                return self.backlog.pop(index)
        with trio.fail_after(seconds):
            while True:
                line = await trio.to_thread.run_sync(self.process.stdout.readline, abandon_on_cancel=True)
                assert line, f"the peer ended before '{start}'"
                if line.startswith(start):
                    return line.strip()
                self.backlog.append(line.strip())

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    async def quit(self):
        self.say("quit")
        code = await trio.to_thread.run_sync(self.process.wait, abandon_on_cancel=True)
        assert code == 0, f"exit status {code}"


def made_host():
    return new_host(key_pair=create_new_key_pair(), enable_quic=True)


async def dialing():
    """py-libp2p dials us: connects, ping, Status, and gossip both ways at last."""
    peer = Peer(1)
    address = (await peer.expect("listening")).split()[1]
    info = info_from_p2p_addr(multiaddr.Multiaddr(address))
    for attempt in range(TIMES):
        host = made_host()
        async with host.run(listen_addrs=[multiaddr.Multiaddr("/ip4/127.0.0.1/udp/0/quic-v1")]):
            if attempt < TIMES - 1:
                await meet(host, info, peer)
                continue
            # Its gossip knows only peers that come after it was started.
            router = GossipSub([MESHSUB], degree=8, degree_low=6, degree_high=12, heartbeat_interval=1)
            pubsub = Pubsub(host, router, strict_signing=False, msg_id_constructor=lambda m: m.data[:20])
            async with background_trio_service(pubsub), background_trio_service(router):
                await pubsub.wait_until_ready()
                subscription = await pubsub.subscribe(TOPIC)
                await meet(host, info, peer)
                await requests(host, info)
                await gossip(host, info, peer, subscription)
    await peer.quit()
    print(f"py-libp2p dials: {TIMES} connects, ping, status, gossip both ways: passed", flush=True)


async def meet(host, info, peer):
    await host.connect(info)
    await peer.expect("connected")
    stream = await host.new_stream(info.peer_id, [PING])
    await stream.write(bytes(range(32)))
    assert await stream.read(32) == bytes(range(32))
    await stream.reset()


async def requests(host, info):
    stream = await host.new_stream(info.peer_id, [STATUS])
    await stream.write(framed(bytes(80)))
    # Not closed before: py-libp2p then reads nothing that is already there.
    answer = await stream.read(65536)
    assert answer[:2] == b"\x00\x50" and b"sNaPpY" in answer, answer


async def gossip(host, info, peer, subscription):
    await trio.sleep(4)
    # What identify told it: go-libp2p gossips with nobody whose list it does not have.
    assert MESHSUB in host.get_peerstore().get_protocols(info.peer_id)
    peer.say("publish 7 250000")
    await peer.expect("published")
    with trio.fail_after(20):
        message = await subscription.get()
    assert len(message.data) > 250_000, len(message.data)
    # The same block with another last byte of its proof, as an RPC of data and topic alone.
    data = bytearray(message.data)
    data[-1] ^= 1
    inner = b"\x12" + varint(len(data)) + bytes(data) + b"\x22" + varint(len(TOPIC)) + TOPIC.encode()
    rpc = b"\x12" + varint(len(inner)) + inner
    stream = await host.new_stream(info.peer_id, [MESHSUB])
    await stream.write(varint(len(rpc)) + rpc)
    await peer.expect("block 7 gossiped")


async def listening():
    """We dial py-libp2p."""
    host = made_host()

    async def answer_status(stream):
        # py-libp2p reads nothing of what is already there when the end has come with it, and an error
        # here ends its whole host.
        with contextlib.suppress(StreamEOF):
            await stream.read(65536)
        await stream.write(b"\x00" + framed(bytes(40) + bytes(32) + (44).to_bytes(8, "little")))
        await stream.close_write()

    host.set_stream_handler(STATUS, answer_status)
    async with host.run(listen_addrs=[multiaddr.Multiaddr("/ip4/127.0.0.1/udp/0/quic-v1")]):
        address = next(str(a) for a in host.get_addrs() if "quic-v1" in str(a))
        if "/p2p/" not in address:
            address += f"/p2p/{host.get_id()}"
        for attempt in range(TIMES):
            peer = Peer(10 + attempt, address)
            await peer.expect("connected")
            assert (await peer.expect("status")).endswith("head 44")
            await peer.quit()
    print(f"py-libp2p listens: {TIMES} connects, status: passed", flush=True)


async def main():
    await dialing()
    await listening()


trio.run(main)
