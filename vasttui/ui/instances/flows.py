"""Changes to instances: each method asks first, then acts.

A flow acts on the instances of its key press, whatever moves under the cursor meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.bill import bill_of
from vasttui.models.connect import connect_options
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.models.status import Phase
from vasttui.models.timer import Timer
from vasttui.services.actions import kinds
from vasttui.services.actions.kinds import Action
from vasttui.services.actions.results import Results
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import LABEL_CAP
from vasttui.ui.bids import bid_doubt, bid_lines, bid_problem, usual_bid
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.columns import gpu_words
from vasttui.ui.instances.destroy_dialog import DestroyModal
from vasttui.ui.instances.remaking import RemakeFlows, is_away, lost_words, stop_inside
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.modals.working import work_behind
from vasttui.ui.reserve.words import deposits_pay, price_of, stop_words
from vasttui.ui.timers.known import timers_of
from vasttui.ui.timers.with_instance import when_destroyed, when_stopped
from vasttui.ui.workers import has_stop, worker_words
from vasttui.words import money, per_hour

_COMMANDS = ("ls", "du", "rm")
_COMMAND_CAP = 512
_EVERYTHING = re.compile(r"rm\b.*\s/(\*|\.)?(\s.*)?")


class InstanceFlows:
    """Start, stop, reboot, recycle, label, bid, execute and destroy."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def toggle(self, rows: Sequence[FleetRow]) -> None:
        """Stop those that run or are on their way; where none does, start."""
        using = [row for row in rows if row.phase.traits.wants_gpu]
        if using:
            text = self._stop_words(using) + self._left_alone(rows, using)
            if await self._confirm("Stop", using, text, kinds.STOP, "Destroy…"):
                await self.destroy(using)
        else:
            await self._confirm("Start", rows, _start_words(rows), kinds.START)

    async def reboot(self, rows: Sequence[FleetRow]) -> None:
        """Stop and start the container on the same GPU."""
        text = "All processes are restarted. You keep the disk and the GPU."
        await self._to_running("Reboot", rows, text, kinds.REBOOT)

    async def recycle(self, rows: Sequence[FleetRow]) -> None:
        """Recreate the container."""
        text = f"{lost_words(rows)} The image is pulled again."
        await self._to_running("Recycle", rows, text, kinds.RECYCLE)

    async def _to_running(
        self, word: str, rows: Sequence[FleetRow], text: str, action: Action
    ) -> None:
        """Where there is a container that can be restarted; the others are left alone."""
        able = [row for row in rows if row.phase.traits.restarts]
        if able:
            left = self._left_alone(rows, able)
            await self._confirm(word, able, text + stop_inside(self._app, able) + left, action)
            return
        states = ", ".join(f"{self._called(row)} {row.phase.clause}" for row in rows[:4])
        self._app.notify(f"{states}: there is nothing to {word.lower()}.", markup=False)

    def _stop_words(self, rows: Sequence[FleetRow]) -> str:
        timers = when_stopped(self._timers(rows), self._app.session.clock.now())
        return f"{_stop_words(rows)}\n\n{timers}".rstrip()

    def _timers(self, rows: Sequence[FleetRow]) -> list[Timer]:
        return [one for row in rows for one in timers_of(self._app, row.id)]

    def _called(self, row: FleetRow) -> str:
        return self._app.fleet.called(row)

    def _left_alone(self, rows: Sequence[FleetRow], chosen: Sequence[FleetRow]) -> str:
        others = [row for row in rows if row not in chosen]
        if not others:
            return ""
        states = ", ".join(f"{self._called(row)} ({row.phase.value})" for row in others[:6])
        more = f" and {len(others) - 6} more" if len(others) > 6 else ""
        return f"\n\nNot affected: {states}{more}."

    def _bid_words(self, rows: Sequence[FleetRow]) -> Content:
        lines = [
            f"{self._called(row)}: bids {per_hour(row.instance.dph_base)}, "
            f"minimum now {per_hour(row.instance.min_bid, up=True)}"
            for row in rows[:8]
        ]
        return Content("\n".join(filter(None, [*lines, worker_words(rows)])))

    async def _confirm(
        self, word: str, rows: Sequence[FleetRow], text: str, action: Action, elsewhere: str = ""
    ) -> bool:
        """Ask, then act. Whether the user goes `elsewhere` instead."""
        if not rows:
            return False
        whole = f"{names(rows)}\n\n{text}"
        title = f"{word} {self._called(rows[0]) if len(rows) == 1 else f'{len(rows)} instances'}"
        modal = ConfirmModal(title, whole, word, elsewhere)
        if await self._app.push_screen_wait(modal):
            self._app.act(action, rows)
        return modal.is_elsewhere

    async def retry(self, results: Results) -> None:
        """Ask again for what certainly did nothing, with the instances as they are now."""
        action, fleet = results.action, self._app.fleet
        if action is None:
            return
        found = [fleet.row(state.instance_id) for state in results.undone]
        rows = [row for row in found if row is not None and not action.achieved(None, row)]
        if not rows:
            self._app.notify("There is nothing left to retry.", markup=False)
        elif action == kinds.DESTROY:
            await self.destroy(rows)
        elif action.holds_secrets:  # they were not kept
            await RemakeFlows(self._app).again(action, rows[0])
        else:
            price = action.details.get("price")
            words = {"start": _start_words, "stop": self._stop_words}.get(action.what, _again_words)
            bid = "" if price is None else f"Bid {per_hour(float(price))}. "
            await self._confirm(action.what.capitalize(), rows, bid + words(rows), action)

    async def label(self, rows: Sequence[FleetRow]) -> None:
        """Give them another label."""
        initial = rows[0].instance.title if len(rows) == 1 else ""
        about = Content(f"{names(rows)}\n\nLeave empty to remove the label.")
        modal = AskModal(
            "Label", about, "Label", initial, "Save", most=LABEL_CAP,
            check=lambda text: SENTENCE if holds_private_key(text) else "",
        )  # fmt: skip
        text = await self._app.push_screen_wait(modal)
        if text is not None and not (len(rows) == 1 and text == initial):
            self._app.act(kinds.rename(text), rows)

    async def bid(self, rows: Sequence[FleetRow]) -> None:
        """Change what is bid for interruptible instances."""
        bids = [row for row in rows if row.instance.is_bid]
        if not bids:
            word = "This instance is" if len(rows) == 1 else "These instances are"
            sure = all(row.instance.is_bid is not None for row in rows)
            kind = "on-demand, without a bid" if sure else "of unknown type: wait for a reading"
            self._app.notify(f"{word} {kind}.", markup=False)
            return
        gpus = min((row.instance.num_gpus for row in bids if row.instance.num_gpus), default=None)
        least = [row.instance.min_bid for row in bids]
        fleet = self._app.fleet
        credit = fleet.account.credit if fleet.account is not None else None

        def meaning(text: str) -> str:
            return "" if check(text) else bid_lines(float(text), bids, credit, fleet.burn)

        check = partial(bid_problem, gpus=gpus)
        modal = AskModal(
            "Change the bid", self._bid_words(bids), "Bid, $/h for all its GPUs",
            usual_bid(bids), "Bid", check=check, most=12, meaning=meaning,
        )  # fmt: skip
        text = await self._app.push_screen_wait(modal)
        if text is None:
            return
        price = float(text)
        doubt = bid_doubt(price, least)
        ask = ConfirmModal(f"Bid {per_hour(price)}", f"{names(bids)}\n\n{doubt}", "Bid")
        if not doubt or await self._app.push_screen_wait(ask):
            self._app.act(kinds.bid(price), bids)

    async def execute(self, row: FleetRow) -> None:
        """Run a command of the service's short list, and show what it printed."""
        if is_away(self._app, row):
            return
        about = Content(
            f"{names([row])}\n\nVast.ai runs ls, du or rm on the disk of an instance that is "
            "stopped, and refuses to while it runs: use ssh then. rm deletes immediately."
        )
        check = partial(command_problem, destroy=self._app.keymap.spelled("instances.destroy"))
        modal = AskModal(
            "Execute", about, "Command", "ls -l /", "Run", check=check, most=_COMMAND_CAP
        )
        command = await self._app.push_screen_wait(modal)
        if command is None or self._app.live is None:
            return
        if command.split(" ", 1)[0] == "rm":
            text = f"{names([row])}\n\n{command}\n\nThis deletes immediately and cannot be undone."
            if not await self._app.push_screen_wait(ConfirmModal("Delete files", text, "Delete")):
                return
        title = f"{command} on {self._called(row)}"
        try:
            job = self._app.live.api.instances.execute(row.id, command)
            answer, waited = await work_behind(self._app, title, "Running…", job)
        except VastError as error:
            self._app.notify(error.sentence, title=command, severity="error", markup=False)
            return
        lines = answer.lines or ("No output.",)
        if not waited:
            self._app.notify("\n".join(lines), title=title, markup=False)
        elif await self._app.push_screen_wait(TextModal(title, [*map(Content, lines)])):
            clipboard = self._app.session.clipboard
            await copy_and_show(self._app, clipboard, "\n".join(answer.lines))

    async def destroy(self, rows: Sequence[FleetRow]) -> None:
        """Ask, then destroy, stop, or show how to copy the data away."""
        session = self._app.session
        live = self._app.live
        modal = DestroyModal(
            rows, session.clock.now(), self._app.hide_words,
            deposit=live.api.deposits.get if live is not None else None,
            volumes=self._app.fleet.volumes_of,
            timers=when_it_is_destroyed(self._app, rows),
        )  # fmt: skip
        choice = await self._app.push_screen_wait(modal)
        if choice == "destroy":
            self._app.act(kinds.DESTROY, rows)
        elif choice == "stop":
            self._app.act(kinds.STOP, [*filter(has_stop, rows)])
        elif choice == "copy":
            await self._copy_away(rows[0])

    async def _copy_away(self, row: FleetRow) -> None:
        session = self._app.session
        options = dict(
            connect_options(row.instance, session.ssh.forwards, way=session.ssh.ways.of(row.id))
        )
        text = options["rsync download"]
        about = [
            Content(text), Content(""),
            Content.styled("Run it in another terminal; nothing was destroyed.", "$text-muted"),
        ]  # fmt: skip
        title = f"Copy the data of {self._called(row)}"
        if await self._app.push_screen_wait(TextModal(title, about)):
            await copy_and_show(self._app, session.clipboard, text)


def when_it_is_destroyed(app: AppContext, rows: Sequence[FleetRow]) -> str:
    """What becomes of the timers of these instances."""
    timers = [one for row in rows for one in timers_of(app, row.id)]
    return when_destroyed(timers, app.session.clock.now())


def names(rows: Sequence[FleetRow]) -> str:
    """Which instances, one a line, so that nobody has to guess."""
    lines = [
        f"{row.instance.title or 'unlabelled'} ({row.id})  {gpu_words(row.instance)}  "
        f"{row.phase.value}"
        for row in rows[:8]
    ]
    more = [f"and {len(rows) - 8} more"] if len(rows) > 8 else []
    return "\n".join(filter(None, [*lines, *more, worker_words(rows)]))


def _again_words(rows: Sequence[FleetRow]) -> str:
    return "The same request is sent again."


def _stop_words(rows: Sequence[FleetRow]) -> str:
    bills = [bill_of(row.instance, Phase.STOPPED) for row in rows]
    disks = [bill.hourly for bill in bills if not bill.prepaid]
    known = [price for price in disks if price is not None]
    if not disks:
        cost = deposits_pay(bills)
    elif len(known) < len(disks):
        cost = "The disk keeps billing; its price is unknown."
    else:
        price = sum(known)
        cost = (
            f"The disk{'s keep' if len(disks) > 1 else ' keeps'} billing {per_hour(price)} "
            f"({money(price * 24)}/day) until destroyed."
        )
    others = "Others may take the GPU meanwhile: a restart is not guaranteed."
    return f"{cost} {stop_words([row.instance for row in rows]) or others}"


def _start_words(rows: Sequence[FleetRow]) -> str:
    prices = [price_of(row.instance) for row in rows]
    known = [price for price in prices if price is not None]
    cost = (
        f"It costs {per_hour(sum(known))} while running."
        if len(known) == len(rows)
        else "The price while running is unknown."
    )
    away = [row for row in rows if row.phase in (Phase.OFFLINE, Phase.NO_SIGNAL)]
    host = " It starts only once the host is back online." if away else ""
    outbid = any(row.phase is Phase.OUTBID for row in rows)
    bid = " What was outbid starts only once its bid wins." if outbid else ""
    return f"{cost} If the GPU is taken, the service queues the start.{bid}{host}"


def command_problem(text: str, destroy: str) -> str:
    """What is wrong with a command for the service, empty when nothing is (docs: "execute").
    `destroy` is the key that destroys an instance."""
    word = text.split(" ", 1)[0]
    if word not in _COMMANDS:
        return "Only ls, du and rm work here; use ssh for anything else."
    if _EVERYTHING.fullmatch(text):
        return f"That deletes the whole disk. {destroy} destroys the instance."
    if not text.isprintable():
        return "A command must be one line."
    return ""
