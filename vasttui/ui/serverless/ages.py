"""How old endpoints and workers are: they are read apart, and each may fail."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual.content import Content

from vasttui.lists.serverless_rows import Line
from vasttui.services.serverless.rows import EndpointRow
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.lines import first_fit
from vasttui.ui.serverless.beside import BesideScreen
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.services.serverless.reader import ServerlessReader
    from vasttui.services.serverless.service import Serverless

NARROW = 110
"""Cells below which less is said."""


class AgesScreen(BesideScreen[Line]):
    """Tells the age of both, and why one is old."""

    @property
    def serverless(self) -> Serverless | None:
        """Of this account; None before there is one."""
        live = context(self).live
        return None if live is None else live.serverless

    @property
    def _reader(self) -> ServerlessReader:
        assert self.serverless is not None
        return self.serverless.reader

    @property
    def _unknown(self) -> list[EndpointRow]:
        """Endpoints whose workers are not known."""
        rows = () if self.serverless is None else self.serverless.reader.rows
        return [row for row in rows if row.workers is None]

    def failed(self, rows: Sequence[EndpointRow]) -> Content:
        """Since when workers cannot be read, and how old all is, in the words that have room: of
        the endpoint under the cursor, else of the one that fails for longest."""
        shown = self.browse.shown
        here = None if shown is None else shown.endpoint.id
        row = min(rows, key=lambda one: (one.id != here, one.failing_since or 0.0))
        whose = "" if here in (None, row.id) else f" of {row.name}"
        forms = self._failed(row, self._why(row), f"workers{whose} {self._old(row)}")
        drawn = (Content.styled(f" ! {text}", "bold $text-error") for text in forms)
        return first_fit(self.notice_room, *drawn)

    def _failed(self, row: EndpointRow, why: str, old: str) -> Iterator[str]:
        clock = time.strftime("%H:%M:%S", time.localtime(row.failing_since or 0.0))
        tries, lists = plural(row.failures, "try", "tries"), self._ago(self.lists_as_of)
        yield f"{why} since {clock} ({tries}). The endpoints are {lists} old, the {old}."
        yield f"{why} since {clock}: endpoints {lists} old, {old}."
        yield f"Workers not read since {clock} ({tries}): endpoints {lists} old, {old}."
        yield f"Workers not read since {clock}: endpoints {lists} old, {old}."
        yield f"Not read since {clock}: {old}."
        yield f"{old[0].upper()}{old[1:]}."

    def _why(self, row: EndpointRow) -> str:
        address = "" if self.serverless is None else self.serverless.address
        host, why = urlsplit(address).hostname or "the router", f"{row.error}".rstrip(".")
        return why if host in why else f"{host}: {why}"

    def _old(self, row: EndpointRow) -> str:
        return "not known" if row.as_of is None else f"{self._ago(row.as_of)} old"

    @property
    def lists_as_of(self) -> float | None:
        """When the endpoints were read, in monotonic seconds."""
        return None if self.serverless is None else self.serverless.reader.lists_as_of

    def _waited(self, row: EndpointRow) -> float | None:
        """Seconds since its workers were asked for; None before."""
        asked = None if self.serverless is None else self._reader.asked_at(row.id)
        return None if asked is None else self._now - asked

    def _ago(self, at: float | None) -> str:
        return "not known" if at is None else age(self._now - at)

    def _ages(self) -> str:
        """How old the endpoints are and how often they are read, and the same of the workers of the
        one under the cursor, or why they are old: the notice tells that age."""
        if self.serverless is None:
            return ""
        pauses = f"({context(self).keymap.spelled('app.pause')} pauses)"
        shown, every = self.browse.shown, self._reader.lists_every
        lists = f"endpoints {self._ago(self.snapshot.as_of)} ago, every {every:.0f} s"
        if shown is None:
            failing = any(row.error is not None for row in self._unknown)
            return f"{'✖ workers not read,' if failing else '✓'} {lists} {pauses}"
        row = shown.endpoint
        often = f"every {self._reader.workers_every(row):.0f} s {pauses}"
        if row.error is not None:
            why = f"✖ {self._why(row)}"
            return f"{why}; {often}" if len(why) + len(often) + 3 <= self.size.width else why
        if row.as_of is None:
            return f"✓ {lists}; workers not yet {pauses}"
        workers = f"workers {self._ago(row.as_of)} ago, {often}"
        return f"✓ {workers}" if self.size.width < NARROW else f"✓ {lists}; {workers}"
