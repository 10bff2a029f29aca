"""Timers that are being set: for which instances, and what came of each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from textual.content import Content

from vasttui.errors import READ_ONLY, VastError
from vasttui.lists.waiting import left_volumes
from vasttui.models.scheduled_job import JobPlan, ScheduledJob
from vasttui.models.timer import Doer, Timer
from vasttui.models.timer_time import local_words
from vasttui.services.copy_as import curl
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.timers.jobs import How
from vasttui.ui.context import AppContext
from vasttui.ui.format import fit
from vasttui.ui.live import Live
from vasttui.ui.modals.typed_confirm import names_to_type, seen_words
from vasttui.ui.timers.details import short
from vasttui.ui.timers.form import TimerOrder, earlier
from vasttui.ui.timers.inside import DEMO, start_inside
from vasttui.ui.timers.known import timers_of
from vasttui.ui.timers.sending import send_job
from vasttui.ui.timers.when import clock
from vasttui.words import plural

JOBS = "/api/v0/commands/schedule_job/"

_MARKS = {
    "…": "$text-accent", "✓": "$text-success", "?": "bold $text-warning", "✖": "bold $text-error",
    "!": "bold $text-warning",
}  # fmt: skip
_MARK_OF = {How.AS_SENT: "✓", How.EXISTS: "!", How.MISSING: "?", How.NOT_SET: "✖", How.DIFFERS: "✖"}
_WHO = 14
_LOGS_IN = "starting it over ssh…"
_SENT = "sent; it is read back after 5 s and after 30 s…"
_KEPT = "The job that was there stays. No other is set."


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one timer of an instance: a mark, who does it, a sentence. `there` is the job
    that is in its place already."""

    row: FleetRow
    mark: str
    who: Doer
    text: str
    there: ScheduledJob | None = None

    @property
    def sentence(self) -> str:
        """The text as it is said without who does it before it."""
        return f"vasttui {self.text}" if self.who is Doer.VASTTUI else self.text

    def line(self, width: int, *, named: bool) -> Content:
        """Mark, who does it, and the sentence; `named`: with the instance."""
        who = f"{self.row.instance.name} · {self.who.value}" if named else self.who.value
        room = max(_WHO, len(who) + 2)
        first, *others = Content(self.text).wrap(max(1, width - room - 2))
        head = Content.assemble((f"{self.mark} ", _MARKS[self.mark]), fit(who, room), first)
        return Content("\n").join([head, *(Content(" " * (room + 2)) + one for one in others)])


class TimerSetting:
    """One visit to the dialog. What it sets belongs to no screen: it goes on without it."""

    def __init__(
        self, app: AppContext, live: Live, rows: Sequence[FleetRow], replaces: Timer | None = None
    ) -> None:
        """`replaces` is the timer that is changed."""
        self._app, self._live, self._replaces = app, live, replaces
        self._old_job = None if replaces is None else replaces.job
        self.rows = tuple(rows)
        self.on_change: Callable[[], None] | None = None
        self.came: list[Came] = []
        self._order: TimerOrder | None = None
        self._told: dict[int, int] = {}
        """The lines of the reminders that are of this visit, by their instances."""
        self._kept: set[int] = set()
        """The instances whose job was there, and stays."""

    @property
    def heading(self) -> str:
        """`Timers for notebook (54548702)`."""
        if len(self.rows) > 1:
            return f"Timers for {len(self.rows)} instances"
        word = "Timers for" if self._replaces is None else "Change a timer of"
        return f"{word} {self.rows[0].instance.name} ({self.rows[0].id})"

    @property
    def now(self) -> str:
        """The timers that its instance has, as far as is known."""
        reading, now = self._live.timers.book.reading, self._app.session.clock.now()
        known = [short(one, now) for one in timers_of(self._app, self.rows[0].id)]
        if reading.error is not None:
            known.append(f"Vast.ai's jobs could not be read: {reading.error}")
        elif reading.as_of is None:
            known.append("Vast.ai's jobs are not read yet")
        return " · ".join(known) or "none"

    async def look(self) -> None:
        """Read the jobs of the account."""
        with suppress(VastError):  # the reading has the error
            await self._live.timers.book.read()
        self._app.app_changed.publish("timers")

    @property
    def left(self) -> list[str]:
        """The volumes that outlive its instances, a clause each."""
        volumes = self._app.fleet.volumes_of
        return [one for row in self.rows for one in left_volumes(row.instance, volumes(row))]

    @property
    def no_changes(self) -> str:
        """Why nothing can be sent; empty if it can."""
        return READ_ONLY if self._app.session.read_only else ""

    @property
    def denied(self) -> str:
        """Why Vast.ai did not take the last job from this key; empty if it did."""
        return str(self._live.timers.book.denied or "")

    @property
    def no_login(self) -> str:
        """Why nothing can be started inside; empty if it can, as far as is known."""
        if self._app.session.demo:
            return DEMO
        if any(row.can_log_in for row in self.rows):
            return ""
        test = self._app.keymap.spelled("instances.doctor")
        return (
            f"It cannot be started from inside: there is no SSH login now ({test} tests why). "
            "On-start can have it when renting."
        )

    def asked(self, order: TimerOrder) -> str:
        """`Set 2 timers: what came of it`."""
        return f"Set {plural(order.count * len(self.rows), 'timer')}: what came of it"

    def words(self, hide: Callable[[str], str] | None) -> list[str]:
        """What may be typed to have them destroyed."""
        return seen_words(names_to_type(self.rows), hide, "destroy")

    def requests(self, order: TimerOrder) -> list[str]:
        """The requests that it takes, as curl commands."""
        address, lines = self._app.session.address, []
        for row in self.rows if order.job else ():
            body = json.dumps(_plan(row, order).fields)
            if self._old_job is None:
                lines.append(curl("POST", address, JOBS, body))
            else:
                lines.append(curl("PUT", address, f"{JOBS}{self._old_job.id}/", body))
        return lines

    def start(self, order: TimerOrder) -> None:
        """Set them all; it goes on when the dialog is closed."""
        self._order = order
        self._app.run_worker(self._run(order), group="timers", description="")

    async def _run(self, order: TimerOrder) -> None:
        jobs = []
        for row in self.rows:
            if order.job:
                jobs.append(self._job(self._add(row, "…", Doer.VAST, _SENT), order, self._old_job))
            if order.inside:
                jobs.append(self._inside(self._add(row, "…", Doer.INSTANCE, _LOGS_IN), order))
            self._keep_here(row, order)
        self._changed()
        await asyncio.gather(*jobs)
        self._finished()

    def _add(self, row: FleetRow, mark: str, who: Doer, text: str) -> int:
        self.came.append(Came(row, mark, who, text))
        return len(self.came) - 1

    def _keep_here(self, row: FleetRow, order: TimerOrder) -> None:
        """What vasttui tells by itself; a reminder or a rule that is changed goes first."""
        old, reminders = self._replaces, self._app.session.reminders
        if old is not None and old.doer is Doer.VASTTUI and old.idle is None:
            reminders.drop(row.id, old.at)
        if order.tell and order.at is not None:
            before = order.before
            if all((one.instance_id, one.at) != (row.id, order.at) for one in reminders.all):
                self._told[row.id] = len(self.came)
            reminders.set(row.id, order.at, before)
            self._add(row, "✓", Doer.VASTTUI, f"{_told_words(order)}.")
        if order.idle is not None:
            self._live.timers.watch_idle(row.id, order.idle)
            words = f"under {order.idle.percent:g} % for {order.idle.minutes:g} min"
            self._add(row, "✓", Doer.VASTTUI, f"tells you when its GPU was {words}.")

    async def _job(self, at: int, order: TimerOrder, old: ScheduledJob | None) -> None:
        """Send it, in the place of the `old` one if there is one."""
        row = self.came[at].row
        result = await send_job(self._live, _plan(row, order), row.instance.name, old)
        there = result.job if result.how is How.EXISTS else None
        told = None if order.inside else self._told.get(row.id)
        if there is not None and told is not None:
            words = f"{_told_words(order)} if you replace the job; else of the job that stays."
            self._now(told, "!", words)
        self._now(at, _MARK_OF[result.how], result.sentence, there)

    async def _inside(self, at: int, order: TimerOrder) -> None:
        assert order.at is not None
        try:
            words = await start_inside(self._app, self._live, self.came[at].row, order.at)
        except VastError as error:
            self._now(at, "✖", error.sentence)
        else:
            self._now(at, "✓", words)

    def _now(self, at: int, mark: str, text: str, there: ScheduledJob | None = None) -> None:
        self.came[at] = replace(self.came[at], mark=mark, text=text, there=there)
        self._changed()

    @property
    def conflict(self) -> int | None:
        """The first line where a job is there already, to be kept or replaced."""
        return next((at for at, one in enumerate(self.came) if one.there is not None), None)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return any(one.mark == "…" for one in self.came)

    @property
    def is_lost(self) -> bool:
        """Whether a job was sent and not found: it can be looked for again."""
        return not self.is_busy and any(one.mark == "?" for one in self.came)

    @property
    def is_good(self) -> bool:
        """Whether all is set, and seen."""
        return bool(self.came) and all(one.mark == "✓" for one in self.came)

    def keep(self) -> None:
        """Leave the job that is there."""
        if (at := self.conflict) is not None:
            self._keep_old(at)
            self._finished()

    def leave(self) -> None:
        """The dialog is closed: a job that is there, and is not replaced, stays."""
        self.on_change = None
        if self.conflict is not None:
            self._finished()

    def _keep_old(self, at: int) -> None:
        """Leave the job that is there; the reminder of the one that is not set is of it now."""
        one, order, now = self.came[at], self._order, self._app.session.clock.now()
        self._now(at, "✖", f"{_KEPT} {one.text}")
        told = self._told.get(one.row.id)
        if one.there is None or order is None or order.at is None or order.inside or told is None:
            return
        self._kept.add(one.row.id)
        reminders, due = self._app.session.reminders, one.there.run_after(now)
        reminders.drop(one.row.id, order.at)
        back = f"The reminder for {clock(order.at)} is taken back"
        mark, words = (
            "✖",
            f"tells you nothing: when the job that stays is due is not known. {back}.",
        )
        if due is not None and due > now:
            reminders.set(one.row.id, due, earlier(due, now))
            stays = f"tells you of the job that stays: {local_words(due, now)}"
            mark, words = "✓", f"{stays}. {back}."
        self._now(told, mark, words)

    def replace(self) -> None:
        """Make the job that is there the one that is wanted."""
        at, order = self.conflict, self._order
        if at is not None and order is not None:
            job = self._replace(at, self.came[at], order)
            self._app.run_worker(job, group="timers", description="")

    async def _replace(self, at: int, one: Came, order: TimerOrder) -> None:
        if (told := self._told.get(one.row.id)) is not None:
            self._now(told, "✓", f"{_told_words(order)}.")
        self._now(at, "…", _SENT)
        await self._job(at, order, one.there)
        self._finished()

    def look_again(self) -> None:
        """Look for the jobs that were not found."""
        if self._order is not None and not self.is_busy:
            job = self._look_again(self._order)
            self._app.run_worker(job, group="timers", description="")

    async def _look_again(self, order: TimerOrder) -> None:
        lost = [at for at, one in enumerate(self.came) if one.mark == "?"]
        for at in lost:
            self._now(at, "…", "looking again…")
        try:
            found = (await self._live.timers.book.read()).jobs if lost else ()
        except VastError as error:
            for at in lost:
                self._now(at, "?", f"The list could not be read: {error} Do not count on it.")
            return
        for at in lost:
            plan = _plan(self.came[at].row, order)
            job = next((one for one in found if not plan.differences(one)), None)
            if job is None:
                self._now(at, "?", "Still not in the list. Do not count on it.")
            else:
                self._now(at, "✓", f"Job {job.id} is there, read back. As sent.")
        self._finished()

    def _changed(self) -> None:
        self._app.app_changed.publish("timers")
        if self.on_change is not None:
            self.on_change()

    def _finished(self) -> None:
        """Tell how it ended where no dialog shows it, or all is well."""
        if self.is_busy or (self.on_change is not None and not self.is_good):
            return
        while (at := self.conflict) is not None:
            self._keep_old(at)
        if self.is_good:
            self._app.notify(good_news(self.came), markup=False)
            return
        moved = [self._told[number] for number in self._kept]
        bad = [one for at, one in enumerate(self.came) if one.mark != "✓" or at in moved]
        for row in self.rows:
            if words := _sentences(one for one in bad if one.row.id == row.id):
                self._app.notify(words, title=row.instance.name, severity="error", markup=False)


def good_news(came: Sequence[Came]) -> str:
    """What was set, each job with its instance."""
    names = {one.row.id: one.row.instance.name for one in came}
    return " ".join(
        f"{name}: {_sentences(one for one in came if one.row.id == number)}"
        for number, name in names.items()
    )


def _sentences(came: Iterable[Came]) -> str:
    """What came of one instance; of the reminder first, as that is short: no line cuts its time."""
    first = sorted(came, key=lambda one: one.who is not Doer.VASTTUI)
    return " ".join(one.sentence for one in first)


def _told_words(order: TimerOrder) -> str:
    """`tells you at 17:45 and 18:00`."""
    assert order.at is not None
    early = f"{clock(order.at - order.before)} and " if order.before else ""
    return f"tells you at {early}{clock(order.at)}"


def _plan(row: FleetRow, order: TimerOrder) -> JobPlan:
    assert order.at is not None
    return JobPlan(row.id, order.act, order.at)
