"""The inbox: everything that needs the user's attention, in one list."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from vasttui.models.inbox import InboxItem, Level
from vasttui.models.price_increase import PriceIncrease
from vasttui.services.actions.kinds import answer_increase
from vasttui.services.actions.results import Results
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.renting.rental import RentState
from vasttui.services.watches.inbox import hit_of
from vasttui.state.preferences import FOREVER
from vasttui.ui.context import AppContext
from vasttui.ui.inbox import sorted_out
from vasttui.ui.instances.attach import AttachFlow
from vasttui.ui.instances.flows import InstanceFlows
from vasttui.ui.keys import Keymap
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.inbox import InboxModal, Key, Verb
from vasttui.ui.modals.results import ResultsModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.news import News
from vasttui.ui.rent.news import rent_lines
from vasttui.ui.timers.flows import TimerFlows
from vasttui.ui.timers.known import rows_of as timer_rows
from vasttui.ui.watches.flows import WatchFlows
from vasttui.units import HOUR
from vasttui.words import distinct_prices

_STYLES = {"urgent": "bold $text-error", "warn": "bold $text-warning", "info": ""}
_MARKS = {"urgent": "✖", "warn": "!", "info": "·"}
_ALIKE = 3
"""So many things of one kind share a line."""

_KINDS = {
    "news": "messages", "ends": "ending", "disk": "disk full", "increase": "price",
    "remind": "reminders", "no_signal": "silent", "timer_left": "jobs left over",
    "timer_soon": "due", "timer_done": "done", "timer_early": "early", "timer_late": "late",
    "timer_no_effect": "without effect", "watch": "offers found",
    "endpoint_ends": "deleted soon", "left": "left over",
    "asked": "unconfirmed", "made": "made",
}  # fmt: skip
_HELP: Mapping[str, tuple[str, Verb]] = {
    "timer_soon": ("instances.timers", "timers"),
    "timer_late": ("instances.toggle", "toggle"),
    "timer_no_effect": ("instances.toggle", "toggle"),
    "timer_early": ("instances.toggle", "toggle"),
    "timer_left": ("timers.delete", "take back"),
    "idle": ("instances.toggle", "toggle"),
    "remind": ("instances.toggle", "toggle"),
    "watch": ("offers.rent", "rent"),
}
"""The key that helps with a thing, by its kind."""

_SNOOZE = HOUR


@dataclass(frozen=True, slots=True)
class _Entry:
    """A thing of the inbox; a rental, or a failure that was not read, is given with it."""

    item: InboxItem
    rental: RentState | None = None
    news: News | None = None


def _named(kind: str) -> str:
    return _KINDS.get(kind, kind)


def _rental(state: RentState, keymap: Keymap) -> _Entry:
    level: Level = "urgent" if state.is_alarm else "warn" if state.needs_user else "info"
    text, name = " ".join(rent_lines(state, keymap)), state.title
    item = InboxItem(f"rent-{state.intent}", level, text, state.instance_id, name=name)
    return _Entry(item, rental=state)


def _failure(news: News) -> _Entry:
    name = time.strftime("%H:%M:%S", time.localtime(news.at))
    return _Entry(InboxItem("news", "urgent", news.text, name=name), news=news)


class InboxFlow:
    """Shows the list and acts on the choice."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def run(self) -> None:
        """Show the list until something is opened."""
        await self._list("")

    async def _list(self, only: str) -> bool:
        """Show all, or those of one kind; whether something was opened."""
        app, at = self._app, 0
        while True:
            groups = self._groups(only)
            hidden = 0 if only else len(sorted_out(app)[1])
            if not groups and not hidden:
                if not only:
                    app.notify(" ".join([self._nothing, *self._unread]), markup=False)
                return False
            title = f"Inbox: {_named(only)}" if only else "Inbox"
            lines = [self._line(group) for group in groups]
            keys = [self._keys(group) for group in groups]
            modal = InboxModal(title, lines, self._about(not groups), hidden, at, keys)
            index = await app.push_screen_wait(modal)
            if index is None:
                return False
            if modal.verb == "restore":
                app.session.preferences.change(hushed={})
                continue
            at, group = index, groups[index]
            if modal.verb in ("toggle", "timers", "take back", "rent"):
                await self._act(group[0].item, modal.verb)
                return True
            if modal.verb != "open":
                for entry in group:
                    self._put_aside(entry, modal.verb)
            elif len(group) == 1:
                await self._open(group[0])
                return True
            elif await self._list(group[0].item.kind):
                return True

    def _groups(self, only: str) -> list[list[_Entry]]:
        """What the lines are about, alike things on one; with `only`, one kind and each its own."""
        app = self._app
        rentals = [_rental(state, app.keymap) for state in app.renting.values()]
        entries = [one for one in rentals if one.item.level != "info"]
        entries += [_failure(news) for news in reversed(app.news.unread)]
        entries += [_Entry(item) for item in sorted_out(app)[0]]
        entries += [one for one in rentals if one.item.level == "info"]
        if only:
            return [[entry] for entry in entries if entry.item.kind == only]
        kinds: dict[tuple[str, str], list[_Entry]] = {}
        for entry in entries:
            kinds.setdefault((entry.item.kind, entry.item.level), []).append(entry)
        groups: list[list[_Entry]] = []
        for alike in kinds.values():
            together = len(alike) >= _ALIKE and alike[0].rental is None
            groups += [alike] if together else [[entry] for entry in alike]
        return groups

    @property
    def _nothing(self) -> str:
        fresh = self._app.fleet.number > 0
        return "Nothing needs your attention." if fresh else "Your instances are not loaded yet."

    @property
    def _unread(self) -> list[str]:
        error = self._app.fleet.increases_error
        return [] if error is None else [f"Price increases could not be read: {error}"]

    def _about(self, empty: bool) -> Content | None:
        """What could not be read, or that there is nothing."""
        lines = [*([self._nothing] if empty else []), *self._unread]
        return Content.styled("\n".join(lines), "$text-warning") if lines else None

    def _line(self, group: Sequence[_Entry]) -> MenuItem:
        item = group[0].item
        row, style, mark = self._row(item), _STYLES[item.level], _MARKS[item.level]
        if len(group) == 1:
            name = self._app.fleet.called(row) if row is not None else item.name or "account"
            keys = "".join(f" {key} {word}." for key, word, _ in self._keys(group))
            return MenuItem(Content.styled(f"{mark} {name}", style), Content(item.text + keys))
        rows = [self._row(entry.item) for entry in group]
        names = [self._app.fleet.called(one) if one is not None else "" for one in rows]
        about = ", ".join(filter(None, names)) or " · ".join(one.item.text for one in group)
        word = f"{mark} {len(group)}× {_named(item.kind)}"
        return MenuItem(Content.styled(word, style), Content(about))

    def _row(self, item: InboxItem) -> FleetRow | None:
        return None if item.instance_id is None else self._app.fleet.row(item.instance_id)

    def _keys(self, group: Sequence[_Entry]) -> Sequence[Key]:
        """The keys that help with one thing: those of its instance or its timer."""
        item = group[0].item
        if len(group) > 1 or item.kind not in _HELP:
            return ()
        (action_id, verb), row = _HELP[item.kind], self._row(item)
        hit = hit_of(self._app.session.watches, item)
        if row is None and verb != "take back" and (hit is None or hit[1].gone is not None):
            return ()
        if self._app.session.read_only and verb != "timers":
            return ()
        words = {"timers": "changes it", "take back": "takes it back", "rent": "rents it"}
        word = words.get(verb, "starts it")
        if verb == "toggle" and row is not None and row.phase.traits.wants_gpu:
            word = "stops it"
        return [(self._app.keymap.spelled(action_id), word, verb)]

    async def _act(self, item: InboxItem, verb: Verb) -> None:
        """What the keys of a thing do."""
        row, app = self._row(item), self._app
        hit = hit_of(app.session.watches, item)
        if verb == "rent" and hit is not None:
            await WatchFlows(app).rent(*hit)
        elif verb == "take back":
            number = int(item.key.partition("-")[2])
            rows = [one for one in timer_rows(app) if one.job_id == number]
            await TimerFlows(app).take_back(rows)
        elif row is not None and verb == "timers":
            await TimerFlows(app).of([row])
        elif row is not None:
            await InstanceFlows(app).toggle([row])

    def _put_aside(self, entry: _Entry, verb: Verb) -> None:
        session, item = self._app.session, entry.item
        if entry.rental is not None:
            self._app.notify("A rental stays: open it to see what can be done.", markup=False)
        elif entry.news is not None:
            self._app.news.read(entry.news)
        elif item.kind == "remind" and item.instance_id is not None and verb == "dismiss":
            session.reminders.told(item.instance_id, session.clock.now())
        else:
            until = FOREVER if verb == "dismiss" else session.clock.now() + _SNOOZE
            hushed = {**session.preferences.current.hushed, item.mark: until}
            session.preferences.change(hushed=hushed)

    async def _open(self, entry: _Entry) -> None:
        if entry.rental is not None:
            await self._deal_with_rental(entry.rental)
        elif entry.news is not None:
            await self._read(entry.news)
        else:
            await self._deal_with(entry.item)

    async def _read(self, news: News) -> None:
        app, results = self._app, news.details
        app.news.read(news)
        if not isinstance(results, Results):
            await app.push_screen_wait(TextModal("Message", [Content(news.text)]))
        elif await app.push_screen_wait(ResultsModal(results)):
            await InstanceFlows(app).retry(results)

    async def _deal_with(self, item: InboxItem) -> None:
        row = self._row(item)
        if item.kind in ("endpoint_ends", "made"):
            self._app.go("endpoints")
        if item.kind == "made":  # it is read by that
            self._put_aside(_Entry(item), "dismiss")
        if (hit := hit_of(self._app.session.watches, item)) is not None:
            self._app.show_watched(hit[0], hit[1].offer_id)
        if row is None:
            return
        if item.kind == "remind":
            self._app.session.reminders.told(row.id, self._app.session.clock.now())
        if item.increase is not None:
            await self._answer(row, item.increase)
            return
        self._show(row)

    def _show(self, row: FleetRow) -> None:
        # start-up: the view of one instance is only needed here
        from vasttui.ui.instances.one import InstanceScreen

        self._app.go("instances")
        self._app.push_screen(InstanceScreen(row, "Overview"))

    async def _deal_with_rental(self, state: RentState) -> None:
        row = None if state.instance_id is None else self._app.fleet.row(state.instance_id)
        if state.intent is None:
            return
        if state.is_over:
            await self._deal_with_alarm(state, state.intent, row)
        elif row is not None:
            self._show(row)
        else:
            await self._look_on(state, state.intent)

    async def _deal_with_alarm(self, state: RentState, intent: int, row: FleetRow | None) -> None:
        """Attach a key, show the instance, or dismiss it."""
        app, off = self._app, "" if row is not None else "not listed"
        choices = [
            MenuItem(Content("SSH keys"), Content("see and attach keys"), off),
            MenuItem(Content("Show the instance"), Content("start or destroy it there"), off),
            MenuItem(Content("Dismiss"), Content("remove from this list; the instance stays")),
        ]
        about = Content("\n".join(rent_lines(state, app.keymap)))
        modal = ChooseModal(f"Rent {state.name}", choices, about=about)
        index = await app.push_screen_wait(modal)
        if index == 0 and row is not None:
            await AttachFlow(app).run([row])
        elif index == 1 and row is not None:
            self._show(row)
        elif index == 2:
            app.give_up(intent)

    async def _look_on(self, state: RentState, intent: int) -> None:
        """Keep looking, send again or stop looking: none of it happens automatically."""
        app = self._app
        off = "" if state.may_ask_again else "once the first request counts as lost"
        choices = [
            MenuItem(Content("Keep looking")),
            MenuItem(Content("Send again"), Content("the same request for the same offer"), off),
            MenuItem(
                Content("Stop looking"), Content("if it was rented after all, it bills unnoticed")
            ),
        ]
        title = f"Rent {state.name}"
        modal = ChooseModal(title, choices, about=Content(state.sentence))
        index = await app.push_screen_wait(modal)
        if index == 1:
            app.rent_again(intent)
        elif index == 2:
            app.give_up(intent)

    async def _answer(self, row: FleetRow, increase: PriceIncrease) -> None:
        new, old = distinct_prices(increase.new_hourly, increase.old_hourly)
        about = Content(
            f"The host of {row.instance.name} asks {new} for its GPUs instead of {old}. "
            "If you reject, the contract ends with the current offer."
        )
        choices = [
            MenuItem(Content("Decide later")),
            MenuItem(Content(f"Accept {new}"), Content("costs more from now on")),
            MenuItem(Content("Reject"), Content("the price stays until the contract ends")),
        ]
        modal = ChooseModal("Price increase", choices, about=about)
        index = await self._app.push_screen_wait(modal)
        number = increase.pending_price_increase_id
        if index == 1:
            self._app.act(answer_increase(number, accept=True), [row])
        elif index == 2:
            self._app.act(answer_increase(number, accept=False), [row])
