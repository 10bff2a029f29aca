"""Decompresses a response body in small pieces, up to a size limit. A compressed body of 300 kB can
hold 300 MB; the HTTP library would expand each network chunk whole."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from vasttui.api.deadline import Deadline
from vasttui.api.operations import MEGABYTE
from vasttui.errors import AnswerTooLarge, BrokenAnswer

PIECE = 65_536
_GZIP = 31  # zlib's window bits for a gzip header


async def read_body(
    response: httpx.Response, most: int, deadline: Deadline
) -> AsyncIterator[bytes]:
    """The decompressed body as it arrives. Raises AnswerTooLarge past `most` bytes, BrokenAnswer if
    the body ends early or time runs out, and httpx errors if the connection breaks."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise BrokenAnswer("The answer uses an unknown compression.")
    unpacker = _Gzip() if packing == "gzip" else None
    size = 0
    raw = response.aiter_raw()
    while data := await deadline.wait_for(anext(raw, b"")):
        deadline.check()
        for piece in unpacker.unpack(data) if unpacker else (data,):
            size += len(piece)
            if size > most:
                limit = f"{most / MEGABYTE:.3g} MB"
                raise AnswerTooLarge(f"The answer is larger than {limit} and was discarded.")
            yield piece
            if unpacker:
                await asyncio.sleep(0)
    if unpacker and not unpacker.whole:
        raise BrokenAnswer("The answer was cut off.")


class _Gzip:
    """Decompresses a gzip body in pieces of at most `PIECE` bytes."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)

    @property
    def whole(self) -> bool:
        return self._inner.eof

    def unpack(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._inner.decompress(data, PIECE)
            except zlib.error:
                raise BrokenAnswer("The answer could not be decompressed.") from None
            if piece:
                yield piece
            data = self._inner.unconsumed_tail
            if not data and len(piece) < PIECE:
                return
