"""Relays frames between standard streams and a WebSocket: lines "text JSON" or "binary HEX" both ways, then "closed CODE REASON"."""
import asyncio
import sys

import websockets


async def main(url, subprotocol):
    loop = asyncio.get_running_loop()
    async with websockets.connect(url, subprotocols=[subprotocol]) as socket:
        print("open", socket.subprotocol, flush=True)

        async def send():
            while line := await loop.run_in_executor(None, sys.stdin.readline):
                kind, _, body = line.rstrip("\n").partition(" ")
                if kind == "ping":
                    await (await socket.ping())
                    print("pong", flush=True)
                else:
                    await socket.send(body if kind == "text" else bytes.fromhex(body))
            await socket.close()

        sending = asyncio.create_task(send())
        try:
            async for frame in socket:
                print("text " + frame if isinstance(frame, str) else "binary " + frame.hex(), flush=True)
        except websockets.ConnectionClosedError:
            pass
        print("closed", socket.close_code, socket.close_reason, flush=True)
        sending.cancel()


asyncio.run(main(*sys.argv[1:3]))
