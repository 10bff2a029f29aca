"""Setting, changing and taking back timers: the dialogs, and what is done with their answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from msgspec.structs import replace
from textual.content import Content

from vasttui.errors import READ_ONLY, VastError
from vasttui.models.scheduled_job import Act, JobPlan
from vasttui.models.timer import Checked, Doer, Timer
from vasttui.services.copy_as import curl
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.timers.jobs import How
from vasttui.ui.context import IN_READ_ONLY, AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.live import Live
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.timers.details import short
from vasttui.ui.timers.dialog import TimersModal
from vasttui.ui.timers.fitting import why_no_change
from vasttui.ui.timers.form import TimerTyped
from vasttui.ui.timers.inside import end_inside
from vasttui.ui.timers.resource import TimerRow
from vasttui.ui.timers.sending import send_job
from vasttui.ui.timers.setting import JOBS, TimerSetting
from vasttui.ui.timers.when import typed_time
from vasttui.units import HOUR
from vasttui.words import plural


class TimerFlows:
    """Each method is for the rows that were chosen when its key was pressed."""

    def __init__(self, app: AppContext, leaves: Callable[[str], None] = lambda key: None) -> None:
        """`leaves` is told the key of each row that just goes, or becomes another one."""
        self._app, self._leaves = app, leaves

    async def of(self, rows: Sequence[FleetRow]) -> None:
        """Set timers for these instances, with what is usual filled in."""
        now = self._app.session.clock.now()
        next_hour = (now + HOUR) // HOUR * HOUR + HOUR
        live = self._app.live
        denied = live is not None and live.timers.book.denied is not None
        act = Act.TELL if denied or self._app.session.read_only else Act.STOP
        await self._ask(rows, TimerTyped(act=act, at=typed_time(next_hour, now), job=not denied))

    async def new(self) -> None:
        """Ask for which instance, then set timers for it."""
        rows = self._app.fleet.rows
        if not rows:
            self._app.notify("There is no instance to set a timer for.", markup=False)
            return
        items = [
            MenuItem(Content(self._app.fleet.called(row)), Content(f"{row.id} · {row.phase.value}"))
            for row in rows
        ]
        chosen = await self._app.push_screen_wait(ChooseModal("A timer for which instance", items))
        if chosen is not None:
            await self.of([rows[chosen]])

    async def _ask(
        self, rows: Sequence[FleetRow], typed: TimerTyped, replaces: Timer | None = None
    ) -> None:
        app, live = self._app, self._app.live
        if live is None or not app.signed_in:
            app.notify("Timers need an API key.", severity="warning", markup=False)
            return
        await app.push_screen_wait(TimersModal(TimerSetting(app, live, rows, replaces), typed))

    async def of_timer(self, row: TimerRow) -> None:
        """Set timers for the instance of this one."""
        if not self._refused("timers.of", [row]) and row.row is not None:
            await self.of([row.row])

    async def edit(self, row: TimerRow) -> None:
        """Change one timer."""
        timer, now = row.timer, self._app.session.clock.now()
        self._leaves(row.key)
        if self._refused("timers.edit", [row]) or row.row is None:
            return
        if timer.idle is not None:
            idle = timer.idle
            typed = TimerTyped(
                act=Act.TELL, tell=False, idle=True, percent=f"{idle.percent:g}",
                minutes=f"{idle.minutes:g}",
            )  # fmt: skip
            await self._ask([row.row], typed, None if row.off else timer)
        else:
            at = "" if timer.at is None else typed_time(timer.at, now)
            typed = TimerTyped(
                act=timer.act, at=at, job=timer.doer is Doer.VAST,
                inside=timer.doer is Doer.INSTANCE, tell=timer.doer is Doer.VASTTUI,
            )  # fmt: skip
            await self._ask([row.row], typed, None if row.off else timer)

    async def take_back(self, rows: Sequence[TimerRow]) -> None:
        """Take timers back; those that Vast.ai or an instance keeps after asking."""
        if self._refused("timers.delete", rows):
            return
        away = [row for row in rows if row.timer.doer is not Doer.VASTTUI and not row.off]
        if away:
            names = "\n".join(self._line(row) for row in away)
            then = "Nothing happens at that time then: what runs goes on, and bills."
            if all(row.timer.stray for row in away):
                then = (
                    "The instance is gone and nothing of it runs: only the timer goes."
                    if len(away) == 1
                    else "The instances are gone and nothing of them runs: only the timers go."
                )
            words = f"{names}\n\n{then}"
            title = f"Take back {plural(len(away), 'timer')}"
            if not await self._app.push_screen_wait(ConfirmModal(title, words, "Take back")):
                return
        for row in rows:
            self._leaves(row.key)
            await self._undo(row)

    def _line(self, row: TimerRow) -> str:
        return f"{row.name}: {short(row.timer, self._app.session.clock.now())}"

    async def _undo(self, row: TimerRow) -> bool:
        """Take one back, and say what came of it; whether it is gone."""
        app, live, timer = self._app, self._app.live, row.timer
        if live is None:
            return False
        try:
            if row.off:
                live.timers_off.remove(timer)
            elif timer.job is not None:
                await live.timers.book.take_back(timer.job.id)
                self._say(f"Job {timer.job.id} is taken back, and no longer listed ✓")
            elif timer.doer is Doer.VAST:
                self._forget(live, timer)
            else:
                await self._undo_here(live, timer)
        except VastError as error:
            app.notify(error.sentence, title=row.name, severity="error", timeout=12, markup=False)
            return False
        finally:
            app.app_changed.publish("timers")
        return True

    def _forget(self, live: Live, timer: Timer) -> None:
        """Forget a job that was not found."""
        for kept in live.timers.book.mine:
            plan = kept.plan
            if (plan.instance_id, plan.at, plan.act) == (timer.instance_id, timer.at, timer.act):
                live.timers.book.forget(kept.id)
                self._say(f"Job {kept.id} is forgotten here. It was in no list that was read.")

    async def _undo_here(self, live: Live, timer: Timer) -> None:
        """Take back what this computer keeps, or what waits inside an instance."""
        number = timer.instance_id
        if number is None:
            return
        if timer.doer is Doer.INSTANCE:
            self._say(await end_inside(self._app, live, number))
        elif timer.idle is not None:
            live.timers.watch_idle(number, None)
        else:
            self._app.session.reminders.drop(number, timer.at)

    async def toggle(self, rows: Sequence[TimerRow]) -> None:
        """Turn timers off, or on again with the same fields."""
        live = self._app.live
        if live is None:
            return
        for row in rows:
            if self._refused("timers.toggle", [row]):
                continue
            if row.off:
                await self._turn_on(live, row)
            else:
                live.timers_off.append(row.timer)
                if not await self._undo(row):
                    live.timers_off.remove(row.timer)
        self._app.app_changed.publish("timers")

    async def _turn_on(self, live: Live, row: TimerRow) -> None:
        app, timer = self._app, row.timer
        if timer.instance_id is None:
            return
        if timer.act is Act.DESTROY:  # which is never set without typing the name
            await self.edit(row)
            return
        live.timers_off.remove(timer)
        if timer.idle is not None:
            live.timers.watch_idle(timer.instance_id, timer.idle)
        elif timer.at is not None and timer.doer is Doer.VASTTUI:
            app.session.reminders.set(timer.instance_id, timer.at)
        elif timer.at is not None:
            price = None if timer.job is None else timer.job.price
            plan = JobPlan(timer.instance_id, timer.act, timer.at, price)
            waits = replace(timer, checked=Checked.UNREAD)
            live.timers_off.append(waits)
            job = self._set_again(live, plan, row.name, timer, waits)
            app.run_worker(job, group="timers", description="")

    async def _set_again(
        self, live: Live, plan: JobPlan, name: str, off: Timer, waits: Timer
    ) -> None:
        """Set a job that was `off`, and `waits` in the list until it is known what came of it."""
        self._say(f"{name}: sent; it is read back after 5 s and after 30 s.")
        result = await send_job(live, plan, name)
        if waits in live.timers_off:
            live.timers_off.remove(waits)
        if result.how in (How.EXISTS, How.NOT_SET):
            live.timers_off.append(off)
        app = self._app
        app.notify(result.sentence, title=name, markup=False,
                   severity="information" if result.is_good else "error")  # fmt: skip
        app.app_changed.publish("timers")

    async def copy(self, row: TimerRow) -> None:
        """Copy the request that sets it again."""
        texts = self._texts(row)
        if texts:
            await copy_and_show(self._app, self._app.session.clipboard, texts[0].text)

    async def copy_as(self, row: TimerRow) -> None:
        """Copy one of its requests and commands."""
        if texts := self._texts(row):
            chosen = await self._app.push_screen_wait(CopyAsModal(texts))
            if chosen is not None:
                await copy_and_show(self._app, self._app.session.clipboard, chosen.text)

    def _texts(self, row: TimerRow) -> list[CopyOption]:
        """The forms it can be copied in."""
        job = row.timer.job
        if job is None:
            self._say("There is no command for it: it is kept on this computer.")
            return []
        body = json.dumps(job.fields)
        return [
            CopyOption("curl: set", curl("POST", self._app.session.address, JOBS, body)),
            CopyOption("vastai: list", "vastai show scheduled-jobs"),
            CopyOption("vastai: take back", f"vastai delete scheduled-job {job.id}"),
            CopyOption("Job id", f"{job.id}"),
        ]

    def _refused(self, action_id: str, rows: Sequence[TimerRow]) -> bool:
        """Whether there is a reason against it; then it is said."""
        session = self._app.session
        why = why_no_change(action_id, rows, session.clock.now(), session.read_only)
        if why:
            self._say(READ_ONLY if why == IN_READ_ONLY else f"{rows[0].name}: {why}.")
        return bool(why)

    def _say(self, text: str) -> None:
        self._app.notify(text, markup=False)
