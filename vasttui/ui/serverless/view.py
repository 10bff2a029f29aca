"""Endpoints with their worker groups, or all workers: read part by part, and drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual.content import Content

from vasttui.lists.columns import Column
from vasttui.lists.resource import Resource
from vasttui.lists.serverless_rows import (
    FIELDS,
    WORKER_FIELDS,
    Line,
    above,
    lines_of,
    summary,
    worker_lines,
    worker_summary,
)
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.reader import EVERY
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.words import no_workers
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.lines import first_fit
from vasttui.ui.lists import lines
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.serverless import details
from vasttui.ui.serverless.columns import columns
from vasttui.ui.serverless.known import instances_of
from vasttui.ui.serverless.worker_columns import worker_columns
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.services.serverless.reader import ServerlessReader
    from vasttui.services.serverless.service import Serverless
    from vasttui.ui.client import Client

_NARROW = 110
WORKERS = "Workers"
"""The tab of the details with the workers."""


class EndpointsView(ResourceScreen[Line]):
    """The rows, how old they are, what is wrong, and the details."""

    by_worker = False
    """Whether the rows are all workers."""
    _shown: Sequence[Line] = ()

    def make_resource(self) -> Resource[Line]:
        app = context(self)
        new = app.hint("endpoints.new", "makes one.")
        return self._workers_resource() if self.by_worker else Resource(
            name="endpoints",
            noun="endpoint",
            id=lambda line: line.id,
            private=_ids,
            columns=columns(lambda: self.size.width < _NARROW, app.session.clock.monotonic),
            fields=FIELDS,
            sort=(("name", False),),
            place=lambda line: line.place,
            above=above,
            summary=summary,
            details={WORKERS: lambda line: (), "Settings": details.settings, "Raw": details.raw},
            read=self._read,
            every=EVERY,
            empty="An endpoint starts and stops workers with the load, from a template. "
            f"{new}".strip(),
            hints=("type to filter: active", "error", "ready>0"),
        )  # fmt: skip

    def _workers_resource(self) -> Resource[Line]:
        return Resource(
            name="workers",
            noun="worker",
            id=lambda line: line.id,
            private=_ids,
            columns=self._worker_columns(of_all=True),
            fields=WORKER_FIELDS,
            sort=(("endpoint", False), ("state", False)),
            place=lambda line: line.place,
            summary=lambda found: worker_summary(found, len(self._unknown)),
            details={"Overview": details.worker_facts, "Raw": details.raw},
            read=self._read,
            every=EVERY,
            empty="No endpoint has a worker now.",
            hints=("type to filter: ready", "error", "load>80"),
        )

    def _worker_columns(self, *, of_all: bool = False) -> Sequence[Column[Line]]:
        app = context(self)
        return worker_columns(app.session.clock.now, lambda: app.private, of_all=of_all)

    @property
    def serverless(self) -> Serverless | None:
        """Of this account; None before there is one."""
        live = context(self).live
        return None if live is None else live.serverless

    async def _read(self, api: Client) -> Sequence[Line]:
        self._reader.wake = self._go_on
        await self._reader.read()
        return self._lines()

    def _lines(self) -> Sequence[Line]:
        rows = () if self.serverless is None else self.serverless.reader.rows
        make = worker_lines if self.by_worker else lines_of
        return make(rows, instances_of(context(self).fleet))

    @property
    def snapshot(self) -> Snapshot[Line]:
        """As of the last reading of the lists: the workers have an age of their own."""
        snapshot = self.feed.snapshot
        as_of = None if self.serverless is None else self.serverless.reader.lists_as_of
        return replace(snapshot, as_of=None if snapshot.as_of is None else as_of)

    def rows_of(self, snapshot: Snapshot[Line]) -> Sequence[Line]:
        """As they are known now, with the prices of the instances. Unchanged, they are the same
        object, so that nothing is drawn again."""
        found = self._lines()
        if found != self._shown:
            self._shown = found
        return self._shown

    def rows_arrived(self, snapshot: Snapshot[Line]) -> None:
        super().rows_arrived(self.snapshot)

    def _go_on(self) -> None:
        """Read what else is due, while it is on screen."""
        if self.feed.on_screen and not self.paused:
            self.feed.wake()

    def forced(self) -> None:
        super().forced()
        self._reader.refresh()

    @property
    def _reader(self) -> ServerlessReader:
        assert self.serverless is not None
        return self.serverless.reader

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current and self.snapshot.as_of is not None:
            self.rows_arrived(self.feed.snapshot)

    def cursor_moved(self, index: int) -> None:
        super().cursor_moved(index)
        self._choose()

    def show_rows(self) -> None:
        super().show_rows()
        self._choose()

    def _choose(self) -> None:
        """The workers of the endpoint under the cursor are read more often."""
        if self.serverless is not None:
            row = self.browse.shown
            self.serverless.reader.chosen = None if row is None else row.endpoint.id

    def read_count(self) -> str:
        """The strip counts endpoints."""
        return "" if self.snapshot.as_of is None else f"{len(self._reader.rows):,}"

    @property
    def _unknown(self) -> list[EndpointRow]:
        """Endpoints whose workers are not known."""
        rows = () if self.serverless is None else self.serverless.reader.rows
        return [row for row in rows if row.workers is None]

    def nothing(self) -> tuple[str, str] | None:
        unknown = self._unknown
        if not self.by_worker or not unknown or self.browse.list.all_rows:
            return super().nothing()
        asking = any(row.error is None and not row.said for row in unknown)
        return "Loading" if asking else "No workers known", no_workers(unknown[0])

    def notice(self) -> Content | None:
        """What fails, is left over or cannot be read, unless the lists are in trouble."""
        found = super().notice()
        if found is not None or self.serverless is None:
            return found
        failing = [row for row in self._reader.rows if row.error is not None]
        if failing:
            forms = (Content(f" ! {text}") for text in self._failed(failing))
            return first_fit(self.size.width, *forms).stylize("bold $text-error")
        fleet = context(self).fleet
        left = self.serverless.left.sentences([row.id for row in fleet.rows if not row.gone])
        groups = (group for row in self._reader.rows for group in row.groups)
        updates = self.serverless.updates.sentences(groups)
        said = [*left, *updates, *self._reader.reasons]
        return Content.styled(f" ! {said[0]}", "$text-warning") if said else None

    def _failed(self, rows: Sequence[EndpointRow]) -> Iterator[str]:
        """Since when workers cannot be read, and how old all is; then in fewer words."""
        assert self.serverless is not None
        first = min(rows, key=lambda row: row.failing_since or 0.0)
        clock = time.strftime("%H:%M:%S", time.localtime(first.failing_since or 0.0))
        host = urlsplit(self.serverless.address).hostname or "the router"
        tries = plural(max(row.failures for row in rows), "try", "tries")
        known = [row.as_of for row in rows if row.as_of is not None]
        lists, why = self._ago(self.snapshot.as_of), f"{host}: {first.error}".rstrip(".")
        old = f"workers {self._ago(min(known))} old" if known else "workers not known"
        yield f"{why} since {clock} ({tries}). The endpoints are {lists} old, the {old}."
        yield f"{why} since {clock}: endpoints {lists} old, {old}."
        yield f"{why}: {old}."
        yield f"{old[0].upper()}{old[1:]}: {why}."

    def _ago(self, at: float | None) -> str:
        return "not known" if at is None else age(self._now - at)

    def status_line(self) -> tuple[Content, Content]:
        snapshot, spell = self.snapshot, context(self).keymap.spelled
        words = lines.status(
            snapshot, self._now, about=self._ages(), paused=self.paused, spell=spell
        )
        return words, self.order

    def _ages(self) -> str:
        """How old the endpoints are, and the workers of the one under the cursor."""
        pauses = f"every {EVERY:.0f} s ({context(self).keymap.spelled('app.pause')} pauses)"
        shown, lists = self.browse.shown, self._ago(self.snapshot.as_of)
        if shown is None:
            return f"✓ endpoints {lists} ago, {pauses}"
        row = shown.endpoint
        old = "workers not yet" if row.as_of is None else f"workers {self._ago(row.as_of)} ago"
        if row.error is not None:
            return f"endpoints {lists} ago, ✖ {old}; {pauses}"
        if self.size.width < _NARROW:
            return f"✓ {lists if row.as_of is None else self._ago(row.as_of)} ago, {pauses}"
        return f"✓ endpoints {lists} ago, {old}; {pauses}"

    def detail_title(self, line: Line) -> Content:
        return details.title(line, self.detail.size.width)

    def detail_lines(self, line: Line, width: int) -> list[Content]:
        if self.tab != WORKERS or line is self.browse.list.gone:
            return super().detail_lines(line, width)
        size = width, self.detail.size.height
        app = context(self)
        return details.pane(line, app.fleet, self._worker_columns(), size, app.offered)


def _ids(line: Line) -> Sequence[int | None]:
    groups = (one.id for one in line.endpoint.groups)
    workers = (one.id for one in line.endpoint.workers or ())
    return (line.endpoint.id, *groups, *workers)
