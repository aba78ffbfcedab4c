"""leanSpec's own transport, gossipsub and requests against a NetworkPeer, both ways. See run.sh."""
import asyncio, os, sys

from lean_spec.node.networking.client import LiveNetworkEventSource
from lean_spec.node.networking.reqresp.message import Status
from lean_spec.node.networking.service.events import GossipBlockEvent
from lean_spec.node.snappy import compress
from lean_spec.spec.crypto.merkleization import hash_tree_root
from lean_spec.spec.forks import Checkpoint, Slot
from lean_spec.spec.ssz import Bytes32, Uint64

from peer_process import PeerProcess

PROGRAM, TIMES = sys.argv[1], int(sys.argv[2])
NETWORK = "12345678"
TOPIC = f"/leanconsensus/{NETWORK}/block/ssz_snappy"
ZERO = Checkpoint(root=Bytes32.zero(), slot=Slot(0))


async def source():
    made = await LiveNetworkEventSource.create()
    made.set_network_name(NETWORK)
    made.set_status(Status(finalized=ZERO, head=ZERO))
    made.subscribe_gossip_topic(TOPIC)
    # Dialling and listening do the same; started before them, gossip would end at once.
    made._stop_event.clear()
    await made.start_gossipsub()
    return made


async def next_block(lean):
    async with asyncio.timeout(20):
        async for event in lean:
            if isinstance(event, GossipBlockEvent):
                return event.block


async def gossip_both_ways(lean, peer, slot):
    await asyncio.sleep(2)
    peer.say(f"publish {slot} 250000")
    await peer.expect("published")
    block = await next_block(lean)
    assert int(block.block.slot) == slot, block.block.slot
    again = block.model_copy(update={"block": block.block.model_copy(update={"slot": Slot(slot + 1)})})
    await lean.publish(TOPIC, compress(again.encode_bytes()))
    line = await peer.expect(f"block {slot + 1} gossiped")
    assert line.split()[3].removeprefix("0x") == hash_tree_root(again.block).hex().removeprefix("0x"), line
    return block


async def requests(lean, peer_id, small):
    status = await lean.reqresp_client.send_status(peer_id, Status(finalized=ZERO, head=ZERO))
    assert status is not None and int(status.head.slot) > 0, status
    roots = [hash_tree_root(small.block)]
    blocks = await lean.reqresp_client.request_blocks_by_range(peer_id, small.block.slot, Uint64(1))
    assert [hash_tree_root(b.block) for b in blocks] == roots, blocks


async def dialing():
    """leanSpec dials us."""
    peer = await PeerProcess.start(PROGRAM, 1, 0)
    for attempt in range(TIMES):
        lean = await source()
        peer_id = await lean.dial(peer.address)
        assert peer_id is not None, f"dial {attempt} failed"
        await peer.expect("connected")
        if attempt == TIMES - 1:
            await gossip_both_ways(lean, peer, 5)
            # A block that fits one packet: leanSpec reads no other answer.
            peer.say("publish 9 500")
            await peer.expect("published")
            await requests(lean, peer_id, await next_block(lean))
        await lean.disconnect(peer_id)
        await peer.expect("disconnected")
        await lean.stop()
    await peer.quit()
    print(f"leanSpec dials: {TIMES} connects, gossip and requests both ways: passed", flush=True)


async def listening(port):
    """We dial leanSpec."""
    lean = await source()
    address = f"/ip4/127.0.0.1/udp/{port}/quic-v1"
    task = asyncio.create_task(lean.listen(address))
    await asyncio.sleep(0.5)
    address += f"/p2p/{lean.connection_manager.peer_id}"
    for attempt in range(TIMES):
        peer = await PeerProcess.start(PROGRAM, 10 + attempt, 0, address)
        await peer.expect("connected")
        await peer.expect("status")
        if attempt == TIMES - 1:
            block = await gossip_both_ways(lean, peer, 15)
            root = hash_tree_root(block.block)

            async def lookup(wanted):
                return block if wanted == root else None

            lean.set_block_lookup(lookup)
            peer.say("request 0x" + root.hex().removeprefix("0x"))
            await peer.expect("block 15 answered")
        await peer.quit()
    task.cancel()
    print(f"leanSpec listens: {TIMES} connects, status, blocks by root and gossip both ways: passed", flush=True)


async def main():
    await dialing()
    await listening(9333)
    sys.stdout.flush()
    os._exit(0)


asyncio.run(main())
