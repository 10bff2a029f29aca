"""The body of an answer, unpacked piece by piece and never past its limit.

A packed body of 300 kB can hold 300 MB, so it is unpacked here in small pieces: the HTTP library
would unpack each piece of the network whole.
"""

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
    """The unpacked body as it arrives.

    Raises AnswerTooLarge past `most` bytes, BrokenAnswer where the body ends too early or the
    time is over, httpx errors where the connection breaks.
    """
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise BrokenAnswer("The answer is packed in a way that was not asked for.")
    unpacker = _Gzip() if packing == "gzip" else None
    size = 0
    raw = response.aiter_raw()
    while data := await deadline.wait_for(anext(raw, b"")):
        deadline.check()
        for piece in unpacker.unpack(data) if unpacker else (data,):
            size += len(piece)
            if size > most:
                limit = f"{most / MEGABYTE:.3g} MB"
                raise AnswerTooLarge(f"The answer is larger than {limit} and was dropped.")
            yield piece
            if unpacker:
                await asyncio.sleep(0)
    if unpacker and not unpacker.whole:
        raise BrokenAnswer("The answer of the service was cut off.")


class _Gzip:
    """Unpacks a gzip body in pieces of at most `PIECE` bytes."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)

    @property
    def whole(self) -> bool:
        """Whether the end was seen."""
        return self._inner.eof

    def unpack(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._inner.decompress(data, PIECE)
            except zlib.error:
                raise BrokenAnswer("The answer of the service cannot be unpacked.") from None
            if piece:
                yield piece
            data = self._inner.unconsumed_tail
            if not data and len(piece) < PIECE:
                return
