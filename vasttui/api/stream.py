"""Decodes a search answer as it arrives, in slices of less than 1 ms.

20,000 offers are 60 MB of JSON; decoding them at once would block the event loop for 0.3 s. So the
array is cut between rows and decoded piece by piece. A cut is guessed from the text (`}` `,` `{`)
and proved by parsing: a piece cut inside a string or nested value is not valid JSON. Only then are
strings and brackets counted, which surely finds the end of a row but costs as much as decoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vasttui.models.decode import decode_offers, decode_rows
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.offer import OfferBatch

SLICE = 65_536
"""Bytes of a piece: about 24 rows."""

LARGEST_PIECE = 4_194_304
LARGEST_WHOLE = 8_388_608
"""Bytes of a document that does not start with its offers and so is parsed at once."""

_ROWS_AT_ONCE = 64
_HEAD_BYTES = 1_024
_HEAD = re.compile(rb'\s*\{(\s*"[^"\\]*"\s*:\s*("[^"\\]*"|[\w.+-]+)\s*,)*\s*"offers"\s*:\s*\[')
_BETWEEN = re.compile(rb"\}(\s*,\s*)\{")
_COMMA = re.compile(rb"\s*,\s*")


class OfferStream:
    """Decodes the offers of a body as its bytes arrive. After `finish`, `document` is the rest of
    the answer."""

    def __init__(self) -> None:
        self.document: object = None
        self._head: bytes | None = None
        self._buffer = bytearray()
        self._guess_from = SLICE
        self._brackets: _Brackets | None = None

    def feed(self, chunk: bytes) -> Iterator[OfferBatch | None]:
        """Take a part of the body; yields the rows complete by now, in slices. None marks a slice
        of work without rows. Raises NotJson if no cut is found."""
        self._buffer += chunk
        if self._head is None and len(self._buffer) >= _HEAD_BYTES:
            self._begin()
        while self._head and (cut := self._find_cut()):
            yield self._take(*cut)
        if len(self._buffer) > (LARGEST_PIECE if self._head else LARGEST_WHOLE):
            raise NotJson("no rows found")

    def finish(self) -> Iterator[OfferBatch]:
        """The offers at the end of the body. Raises NotJson if the body is incomplete."""
        if self._head is None:
            self._begin()
        text = bytes(self._buffer).strip()
        inner = text[:-1].rstrip()
        if self._head and text.endswith(b"}") and inner.endswith(b"]"):
            try:
                last = decode_offers(b"[" + inner)
            except NotJson:
                pass  # more keys stand behind the array
            else:
                self.document = read_json(self._head + b"]}")
                yield last
                return
        self.document = read_json((self._head or b"") + text)
        rows = self.document.get("offers") if isinstance(self.document, dict) else None
        if isinstance(rows, list):
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                yield decode_rows(rows[start : start + _ROWS_AT_ONCE])

    def _begin(self) -> None:
        found = _HEAD.match(self._buffer)
        self._head = found[0] if found else b""
        del self._buffer[: len(self._head)]

    def _find_cut(self) -> tuple[int, int] | None:
        """Where the next piece ends and the row after it begins."""
        if self._brackets is not None:
            end = self._brackets.row_end(self._buffer, SLICE)
            comma = _COMMA.match(self._buffer, end) if end is not None else None
            return comma.span() if comma else None
        found = _BETWEEN.search(self._buffer, self._guess_from)
        if found is None:
            # A boundary may begin in the last bytes.
            self._guess_from = max(self._guess_from, len(self._buffer) - _HEAD_BYTES)
        return found.span(1) if found else None

    def _take(self, end: int, start: int) -> OfferBatch | None:
        """Remove the piece and return its rows; None if the guess was wrong."""
        try:
            decoded = decode_offers(b"".join((b"[", self._buffer[:end], b"]")))
        except NotJson:
            if self._brackets is not None:
                raise
            self._brackets = _Brackets()
            return None
        del self._buffer[:start]
        self._guess_from, self._brackets = SLICE, None
        return decoded


class _Brackets:
    """Finds where rows end by counting brackets outside of strings."""

    _TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*+"|["{}\[\]]', re.DOTALL)

    def __init__(self) -> None:
        self._seen = 0
        self._depth = 0

    def row_end(self, text: bytearray, least: int) -> int | None:
        """The end of the first row that ends at `least` or later, None if none does yet."""
        for token in self._TOKEN.finditer(text, self._seen):
            mark = text[token.start() : token.start() + 1]
            if mark == b'"':
                if token.end() - token.start() == 1:
                    return None  # the string continues in the next bytes
            elif mark in b"{[":
                self._depth += 1
            else:
                self._depth -= 1
            self._seen = token.end()
            if self._depth == 0 and self._seen >= least:
                return self._seen
        return None
