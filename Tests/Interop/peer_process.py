"""A NetworkPeer as a child process: lines out, lines in."""
import asyncio


class PeerProcess:
    def __init__(self, process):
        self.process, self.lines, self.backlog = process, asyncio.Queue(), []
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, program, secret, port, *dials):
        process = await asyncio.create_subprocess_exec(
            program, str(secret), str(port), *dials, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        peer = cls(process)
        peer.address = (await peer.expect("listening")).split()[1]
        return peer

    async def _read(self):
        async for line in self.process.stdout:
            await self.lines.put(line.decode().strip())

    async def expect(self, start, seconds=60):
        """The next line that begins so; others before it are kept for later."""
        for index, line in enumerate(self.backlog):
            if line.startswith(start):
                return self.backlog.pop(index)
        async with asyncio.timeout(seconds):
            while True:
                line = await self.lines.get()
                if line.startswith(start):
                    return line
                self.backlog.append(line)

    def say(self, line):
        self.process.stdin.write((line + "\n").encode())

    async def quit(self):
        self.say("quit")
        await asyncio.wait_for(self.process.wait(), 20)
        assert self.process.returncode == 0, f"exit status {self.process.returncode}"
