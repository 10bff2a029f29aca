"""A service that is far away: what goes to it and comes back takes its time on the loopback path.

`python -m tests.bench.far ADDRESS [--certificate FILE]` prints the address to use instead.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.tls import BY_STRICT_ROOT, KEY, STRICT_ROOT

ROUND_TRIP = 0.08
"""Seconds."""


@contextmanager
def away(address: str, *, secure: bool = False) -> Iterator[tuple[str, str]]:
    """The same service, a round trip away; its address, and the file with the certificate to
    trust, if it is `secure`."""
    with tempfile.TemporaryDirectory() as folder:
        server, root = Path(folder, "server.pem"), Path(folder, "root.pem")
        server.write_text(BY_STRICT_ROOT + KEY)
        root.write_text(STRICT_ROOT)
        command = [sys.executable, "-m", "tests.bench.far", address]
        if secure:
            command += ["--certificate", str(server)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().strip(), str(root) if secure else ""
            finally:
                process.terminate()


class Relay:
    """Passes connections on to a port, `delay` seconds later in each direction."""

    def __init__(self, port: int, delay: float) -> None:
        self._port, self._delay = port, delay

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes until one side is done. A connection takes a round trip itself:
        only then does the client's first byte leave."""
        opened = asyncio.get_running_loop().time() + 2 * self._delay
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(
            self._carry(reader, there_writer, opened), self._carry(there_reader, writer, 0.0)
        )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, earliest: float
    ) -> None:
        """Each part leaves after the one before."""
        loop, data = asyncio.get_running_loop(), b"-"
        while data:
            try:
                data = await reader.read(65_536)
            except ConnectionError:
                data = b""
            due = max(loop.time(), earliest)
            earliest = due + 1e-6
            loop.call_at(due + self._delay, *((writer.write, data) if data else (writer.close,)))


async def serve(port: int, delay: float, certificate: ssl.SSLContext | None = None) -> int:
    """Relay to this port; the port to use instead."""
    relay = Relay(port, delay)
    server = await asyncio.start_server(relay.connected, "127.0.0.1", 0, ssl=certificate)
    opened: int = server.sockets[0].getsockname()[1]
    return opened


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--certificate", help="speak TLS with this certificate and key")
    options = parser.parse_args()
    port, scheme = urlsplit(options.address).port, "http"
    assert port is not None
    if options.certificate:
        context, scheme = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "https"
        context.load_cert_chain(options.certificate)
        port = await serve(port, 0.0, context)
    print(f"{scheme}://127.0.0.1:{await serve(port, ROUND_TRIP / 2)}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
