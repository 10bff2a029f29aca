"""One request to a worker through the official SDK's serverless client (client 1.9.1
`serverless/client`). Run by the Python that has the client: ACCOUNT-URL LIVE-URL KEY ENDPOINT."""

from __future__ import annotations

import asyncio
import importlib
import sys


async def main(account: str, live: str, key: str, name: str) -> None:
    """Route, send, and print the workers and the answer."""
    client_module = importlib.import_module("vastai.serverless.client.client")

    class Plain(client_module.Serverless):  # type: ignore[misc, name-defined]
        """The simulator speaks no TLS, so there is no certificate to fetch."""

        async def get_ssl_context(self) -> None:
            return None

    async with Plain(key, webserver_url=account, autoscaler_url=live) as client:
        endpoint = await client.get_endpoint(name)
        workers = await endpoint.get_workers()
        sys.stdout.write(f"workers {[(one.id, one.status) for one in workers]}\n")
        payload = {"model": "Qwen/Qwen3-8B", "prompt": "Say hi.", "max_tokens": 16}
        answer = await endpoint.request("/v1/completions", payload, cost=16, timeout=60.0)
        sys.stdout.write(f"answer {answer['response']}\n")
        assert answer["ok"] is True
        assert answer["response"]["choices"]


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
