"""The volume of a rental: one you have on the machine, a new one, or none."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.errors import VastError
from vasttui.lists.volume_rows import FREE, VolumeRow, rows_of
from vasttui.models.offer import Offer
from vasttui.models.rent_terms import volume_price
from vasttui.models.volume import MOST_NAME, Volume, wrong_name, wrong_size
from vasttui.ui.context import AppContext
from vasttui.ui.format import whole
from vasttui.ui.modals.choose import Menu
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.rent.form import volume_of
from vasttui.units import HOURS_PER_MONTH
from vasttui.words import UNKNOWN, money

_NONE, _NEW = "none", "new"
_LINES = {
    "path": FormLine("Mounted at", "in the container", most=200),
    "name": FormLine("Name", f"of a new one: letters, digits, _; at most {MOST_NAME}", most=200),
    "size": FormLine("Size", "of a new one: GB, whole; fixed for ever", most=200),
}


async def choose_volume(app: AppContext, text: str, offer: Offer) -> str | None:
    """Ask which volume to rent with, now `text`; None if cancelled. Reports failures."""
    assert app.live is not None
    started = app.session.clock.monotonic()
    try:
        listed = await app.live.api.volumes.list()
    except VastError as error:
        app.notify(f"Your volumes could not be read. {error.sentence}", severity="warning",
                   markup=False)  # fmt: skip
        return None
    app.live.store.volumes_fetched(listed.volumes)
    rows = rows_of(listed.volumes, app.fleet, started)
    return await app.push_screen_wait(VolumesModal(rows, offer, text))


def volume_words(text: str, offer: Offer, volumes: Sequence[Volume]) -> str:
    """Which volume that is; `volumes` are those known to be the account's."""
    wanted = volume_of(text, offer)
    if wanted is None:
        return text.strip() or _NONE
    if wanted.create:
        cost = volume_price(offer, wanted)
        month = UNKNOWN if cost is None else money(cost * HOURS_PER_MONTH)
        return f"new: {wanted.name}, {whole(wanted.size)} GB, {month}/month, at {wanted.path}"
    known = next((one for one in volumes if one.id == wanted.id), None)
    name = f"V.{wanted.id}" if known is None else f"{known.name}, {whole(known.disk_space)} GB"
    return f"{name}, at {wanted.path}"


async def volume_problem(app: AppContext, text: str, offer: Offer) -> str:
    """Why the volume cannot be had at this moment; empty if it can, or none is chosen."""
    wanted = volume_of(text, offer)
    if wanted is None or app.live is None:
        return ""
    started = app.session.clock.monotonic()
    try:
        listed = await app.live.api.volumes.list()
    except VastError as error:
        return f"your volumes could not be checked. {error.sentence}"
    if wanted.create:
        return app.live.volumes.wrong_name(wanted.name, listed)
    rows = rows_of(listed.volumes, app.fleet, started)
    found = next((one for one in rows if one.volume.id == wanted.id), None)
    if found is None:
        return f"there is no volume V.{wanted.id} any more."
    why = _unfit(found, offer)
    return f"{found.volume.name} cannot be had: {why}." if why else ""


def _unfit(row: VolumeRow, offer: Offer) -> str:
    """Why a volume cannot join this offer; empty if it can."""
    machine = row.volume.machine_id
    if not row.volume.is_local:
        return "network volumes are withdrawn"
    if machine is None or machine != offer.machine_id:
        return f"on machine {machine or UNKNOWN}, not on this one"
    if row.state == FREE:
        return ""
    return f"{row.holders[0].name} has it" if row.holders else f"it is {row.state}"


class VolumesModal(Dialog[str | None]):
    """Returns the choice as `Typed.volume` writes it; empty for none."""

    heading = Content("Volume")
    keys = (CLOSE, ("enter", "choose", "screen.choose"), ("tab", "next field", "app.focus_next"))
    AUTO_FOCUS = "Menu"

    def __init__(self, rows: Sequence[VolumeRow], offer: Offer, text: str) -> None:
        super().__init__()
        self._rows = sorted(rows, key=lambda one: (bool(_unfit(one, offer)), one.volume.name))
        self._offer = offer
        before = volume_of(text, offer)
        names = {one.volume.label for one in rows}
        free = next(f"data_{at}" for at in range(1, len(rows) + 2) if f"data_{at}" not in names)
        new = before if before is not None and before.create else None
        self._first = {
            "path": "/data" if before is None else before.path,
            "name": free if new is None else new.name,
            "size": "100" if new is None else whole(new.size),
        }

    def body(self) -> ComposeResult:
        yield Static(
            "A volume outlives the instance and stays on its machine. One instance has it at a "
            "time.", markup=False, id="about",
        )  # fmt: skip
        for key, line in _LINES.items():
            yield line.row(key, self._first[key])
        yield Menu(id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        for field in self.query(FormRow):
            field.say("")
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.screen.set_focus(self.query_one(Menu))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option_id or "")

    def action_choose(self) -> None:
        option = self.query_one(Menu).highlighted_option
        if option is not None:
            self._take(option.id or "")

    def _typed(self, key: str) -> str:
        return self.query_one(f"#in_{key}", Input).value.strip()

    def _take(self, choice: str) -> None:
        path = self._typed("path")
        wrong = {"path": "" if len(path) > 1 and path.startswith("/") else "Such as /data."}
        text = f"{choice}:{path}"
        if choice == _NEW:
            name, size = self._typed("name"), self._typed("size")
            taken = any(one.volume.label == name for one in self._rows)
            wrong["name"] = wrong_name(name) or ("You have one of that name." if taken else "")
            wrong["size"] = wrong_size(size, self._offer.avail_vol_size)
            text = f"new {name} {size}:{path}"
        if choice == _NONE:
            self.dismiss("")
            return
        for field in self.query(FormRow):
            field.say(wrong.get(field.key, ""))
        bad = next((field for field in self.query(FormRow) if field.wrong), None)
        if bad is None:
            self.dismiss(text)
        else:
            self.screen.set_focus(bad.entry)

    def _show(self) -> None:
        menu = self.query_one(Menu)
        at = menu.highlighted or 0
        none = Option(
            _line("none", "", "nothing outlives the instance but what you copy"), id=_NONE
        )  # fmt: skip
        free = [one for one in self._rows if not _unfit(one, self._offer)]
        others = self._rows[len(free) :]
        menu.set_options(
            [none, *map(self._line, free), self._new_line(), *map(self._line, others)]
        )  # fmt: skip
        menu.highlighted = at

    def _new_line(self) -> Option:
        offer, size = self._offer, self._typed("size")
        room, price = offer.avail_vol_size, offer.avail_vol_dph
        if offer.avail_vol_ask_id is None or room is None or price is None:
            return Option(_line("a new one", "", "✖ no room for one on this machine"), id=_NEW,
                          disabled=True)  # fmt: skip
        if wrong_size(size, None):
            about = f"{whole(room)} GB free"
        elif too_large := wrong_size(size, room):
            about = f"✖ {too_large}"
        else:
            month = money(price * int(size) * HOURS_PER_MONTH)
            about = f"{month}/month on this machine, {whole(room)} GB free"
        return Option(_line("a new one", f"{size} GB", about), id=_NEW)

    def _line(self, one: VolumeRow) -> Option:
        why = _unfit(one, self._offer)
        about = f"✖ {why}" if why else "yours, free, on this machine: costs nothing more"
        size = f"{whole(one.volume.disk_space)} GB"
        number = f"{one.volume.id}"
        return Option(_line(one.volume.name, size, about), id=number, disabled=bool(why))


def _line(name: str, size: str, about: str) -> ByWidth:
    return row(
        Cell(Content.styled(name, "bold"), 20), Cell(Content(size), 8, right=True),
        Cell(Content.styled(f"  {about}", "$text-muted")),
    )  # fmt: skip
