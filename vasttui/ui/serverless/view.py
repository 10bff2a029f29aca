"""Endpoints with their worker groups, or all workers: read part by part, and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from vasttui.lists.columns import Column
from vasttui.lists.resource import Fact, Resource
from vasttui.lists.serverless_rows import (
    FIELDS,
    WORKER_FIELDS,
    Line,
    above,
    lines_of,
    part,
    summary,
    worker_lines,
    worker_summary,
)
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.charged import EndpointCharges, charged_words
from vasttui.services.serverless.reader import EVERY
from vasttui.services.serverless.words import no_workers
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.lines import first_fit
from vasttui.ui.lists import lines
from vasttui.ui.serverless import details
from vasttui.ui.serverless.ages import NARROW, AgesScreen
from vasttui.ui.serverless.columns import columns
from vasttui.ui.serverless.known import instances_of
from vasttui.ui.serverless.tabs import load_pane
from vasttui.ui.serverless.worker_columns import worker_columns

if TYPE_CHECKING:
    from vasttui.ui.client import Client

WORKERS, LOAD = "Workers", "Load"
"""The tabs of the details with the workers, and with what they did."""


class EndpointsView(AgesScreen):
    """The rows, how old they are, what is wrong, and the details."""

    READS_UNDER_DIALOGS = True
    by_worker = False
    """Whether the rows are all workers."""
    _shown: Sequence[Line] = ()

    def make_resource(self) -> Resource[Line]:
        app = context(self)
        new = app.hint("endpoints.new", "makes one.")
        shows = app.hint("list.details", "opens it in full: Settings there shows it.")
        fetches = app.hint("endpoints.logs", "fetches it.")
        logs = Fact("Log", f"It is read only when it is asked for. {fetches}".strip(), "dim")
        return self._workers_resource() if self.by_worker else Resource(
            name="endpoints",
            noun="endpoint",
            id=lambda line: line.id,
            private=_ids,
            columns=columns(lambda: self.size.width < NARROW),
            fields=FIELDS,
            sort=(("name", False),),
            place=lambda line: line.place,
            above=above,
            summary=summary,
            part=part,
            details={
                WORKERS: lambda line: (), LOAD: lambda line: (), "Logs": lambda line: [logs],
                "Settings": lambda line: details.settings(line, shows), "Raw": details.raw,
            },
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
            summary=self._sum_up,
            details={"Overview": details.worker_facts, "Raw": details.raw},
            read=self._read,
            every=EVERY,
            empty="No endpoint has a worker now.",
            hints=("type to filter: ready", "error", "load>80"),
        )

    def _sum_up(self, workers: Sequence[Line]) -> str:
        rows = () if self.serverless is None else self.serverless.reader.rows
        return worker_summary(workers, len(self._unknown), sum(row.bad for row in rows))

    def _worker_columns(self, *, of_all: bool = False) -> Sequence[Column[Line]]:
        app = context(self)
        return worker_columns(app.session.clock.now, lambda: app.private, of_all=of_all)

    def _begin(self) -> None:
        super()._begin()
        session = context(self).session
        seen = {} if self.serverless is None else self.serverless.charged_days
        self._charges = EndpointCharges(session.charges_file, self._owner, session.clock, seen)

    def _owner(self) -> str:
        app = context(self)
        account = app.fleet.account
        return "" if account is None else f"{app.session.address} {account.id}"

    async def _read(self, api: Client) -> Sequence[Line]:
        self._reader.wake = self._go_on
        await self._reader.read()
        await self._charges.read()
        return self._lines()

    def _lines(self) -> Sequence[Line]:
        rows = () if self.serverless is None else self.serverless.reader.rows
        make = worker_lines if self.by_worker else lines_of
        return make(rows, instances_of(context(self).fleet))

    @property
    def snapshot(self) -> Snapshot[Line]:
        """As of the last reading of the lists: the workers have an age of their own."""
        snapshot = self.feed.snapshot
        return replace(snapshot, as_of=None if snapshot.as_of is None else self.lists_as_of)

    def rows_of(self, snapshot: Snapshot[Line]) -> Sequence[Line]:
        """As they are known now, with the prices of the instances. Unchanged, they are the same
        object, so that nothing is drawn again."""
        found = self._lines()
        if found != self._shown:
            if not self.by_worker and not _listed(self._shown) <= _listed(found):
                self.table.set_columns(self.resource.choose(self.chosen))  # as narrow as may be
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

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current and self.snapshot.as_of is not None:
            self.rows_arrived(self.feed.snapshot)

    def cursor_moved(self, index: int) -> None:
        super().cursor_moved(index)
        self._choose()

    def show_rows(self, *, after_key: bool = False) -> None:
        super().show_rows(after_key=after_key)
        self._choose()

    def _choose(self) -> None:
        """The workers of the endpoint under the cursor are read more often."""
        if self.serverless is not None:
            row = self.browse.shown
            self.serverless.reader.chosen = None if row is None else row.endpoint.id

    def read_count(self) -> str:
        """The strip counts endpoints."""
        return "" if self.snapshot.as_of is None else f"{len(self._reader.rows):,}"

    def nothing(self) -> tuple[str, str] | None:
        unknown = self._unknown
        if not self.by_worker or not unknown or self.browse.list.all_rows:
            return super().nothing()
        asking = any(row.error is None and not row.said for row in unknown)
        return "Loading" if asking else "No workers known", no_workers(
            unknown[0], self._waited(unknown[0])
        )

    def notice(self) -> Content | None:
        """What fails, is left over or cannot be read, unless the lists are in trouble."""
        found = super().notice()
        if found is not None or self.serverless is None:
            return found
        failing = [row for row in self._reader.rows if row.error is not None]
        if failing:
            return self.failed(failing)
        fleet = context(self).fleet
        standing = self.serverless.standing([row.instance for row in fleet.rows if not row.gone])
        groups = (group for row in self._reader.rows for group in row.groups)
        updates = self.serverless.updates.sentences(groups)
        if standing:
            words = standing[0]
            return self._warning(words, words.rpartition(": ")[0] or words.rpartition("; ")[0])
        if updates:
            cancels = context(self).hint("endpoints.update", "on it cancels.")
            short = updates[0].replace(" one after the other", "")
            return self._warning(f"{updates[0]} {cancels}".strip(), updates[0], short)
        reasons = self._reader.reasons
        return self._warning(reasons[0]) if reasons else None

    def _warning(self, *forms: str) -> Content:
        """The first of these that fits whole into a line."""
        drawn = (Content.styled(f" ! {text}", "$text-warning") for text in forms)
        return first_fit(self.size.width, *drawn)

    def tick(self) -> None:
        super().tick()
        rows = () if self.serverless is None else self.serverless.reader.rows
        if self.is_current and any(row.error is not None for row in rows):
            self.show_hint()  # it tells an age

        if self.is_current and self._unknown:  # it tells for how long they are asked for
            self.show_empty()
            self.show_detail()

    def status_line(self) -> tuple[Content, Content]:
        snapshot, spell = self.snapshot, context(self).keymap.spelled
        words = lines.status(
            snapshot, self._now, about=self._ages(), paused=self.paused, spell=spell
        )
        return self.status(words), self.order

    def lost(self, row: Line) -> tuple[str, str]:
        if row.group is not None and row.worker is None:
            return "gone", "This worker group is gone: it is no longer listed."
        found = None if row.worker is None else context(self).fleet.row(row.worker.id)
        if found is None or found.gone:
            return super().lost(row)
        return "away", "This worker is not listed now; its instance is."

    def detail_title(self, line: Line) -> Content:
        return details.title(line, self.detail.size.width)

    def detail_lines(self, line: Line, width: int) -> list[Content]:
        if self.tab not in (WORKERS, LOAD) or line is self.browse.list.gone:
            return super().detail_lines(line, width)
        size = width, self.detail.size.height
        if self.tab == LOAD:
            return load_pane(line, size)
        app = context(self)
        endpoint, spent = line.endpoint.endpoint, ""
        if line.group is None:
            spent = charged_words(self._charges.of(endpoint.id), endpoint.created_at)
        return details.pane(
            line, app.fleet, self._worker_columns(), size, app.offered,
            waited=self._waited(line.endpoint), charged=spent,
        )  # fmt: skip


def _listed(rows: Sequence[Line]) -> set[tuple[str, bool]]:
    return {(line.id, line.endpoint.listed) for line in rows}


def _ids(line: Line) -> Sequence[int | None]:
    groups = (one.id for one in line.endpoint.groups)
    workers = (one.id for one in line.endpoint.workers or ())
    rowless = () if line.cost is None else line.cost.rowless
    return (line.endpoint.id, *groups, *workers, *rowless)
