"""Decodes the answer of a search while it arrives, in slices that nobody feels.

20,000 offers are 60 MB of JSON; decoding them at once holds the event loop for a third of a
second. So the array of offers is cut between two rows and validated piece by piece. Where a cut
is possible is guessed from the text (`}` `,` `{`) and proved by parsing: a piece that ends inside
a string or a nested value is no valid JSON, and a later guess is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vasttui.models.decode import Decoded, NotJson, decode_offers, decode_rows, read_json

SLICE = 196_608
"""Bytes of a piece: about 64 rows, decoded in 1 to 2 ms."""

_START = re.compile(rb'\s*\{\s*"offers"\s*:\s*\[')
_START_BYTES = 256
_BETWEEN = re.compile(rb"\}(\s*,\s*)\{")


class OfferStream:
    """Takes the bytes of a body as they come and gives the offers in it.

    `other` is the document when the body does not start with an array of offers.
    """

    def __init__(self) -> None:
        self.other: object = None
        self._buffer = bytearray()
        self._rows: bool | None = None
        self._look_at = SLICE

    def feed(self, chunk: bytes) -> Iterator[Decoded]:
        """Take a piece of the body; the offers that are whole by now, slice by slice."""
        self._buffer += chunk
        if self._rows is None and len(self._buffer) >= _START_BYTES:
            self._begin()
        while self._rows and len(self._buffer) > self._look_at:
            piece = self._cut()
            if piece is None:
                self._look_at = len(self._buffer) + SLICE // 4
                return
            self._look_at = SLICE
            yield piece

    def finish(self) -> Decoded:
        """The offers at the end of the body. Raises NotJson where the body is not whole."""
        if self._rows is None:
            self._begin()
        text = bytes(self._buffer).strip()
        if not self._rows:
            self.other = read_json(text)
            return self._elsewhere()
        inner = text[:-1].rstrip()
        if text.endswith(b"}") and inner.endswith(b"]"):
            try:
                return decode_offers(b"[" + inner)
            except NotJson:
                pass  # more keys stand behind the array
        document = read_json(b'{"offers":[' + text)
        rows = document.get("offers") if isinstance(document, dict) else None
        return decode_rows(rows) if isinstance(rows, list) else Decoded(())

    def _begin(self) -> None:
        found = _START.match(self._buffer)
        self._rows = found is not None
        if found is not None:
            del self._buffer[: found.end()]

    def _cut(self) -> Decoded | None:
        """The rows of the first slice. Guesses that fail come further and further apart."""
        position, step = SLICE, 1_024
        while (found := _BETWEEN.search(self._buffer, position)) is not None:
            piece = b"[" + bytes(self._buffer[: found.start(1)]) + b"]"
            try:
                decoded = decode_offers(piece)
            except NotJson:
                position, step = found.end() + step, step * 2
                continue
            del self._buffer[: found.end(1)]
            return decoded
        return None

    def _elsewhere(self) -> Decoded:
        """Offers of a document that has them, but not at its start."""
        rows = self.other.get("offers") if isinstance(self.other, dict) else None
        return decode_rows(rows) if isinstance(rows, list) else Decoded(())
