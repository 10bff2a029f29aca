"""The destroy dialog: what is lost, what keeps billing, and the confirmation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.errors import VastError
from vasttui.lists.waiting import left_volumes
from vasttui.models.bill import bill_of
from vasttui.models.instance import Instance
from vasttui.models.reserved import Deposit
from vasttui.models.status import Phase
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import spent_words
from vasttui.ui.instances.columns import gpu_words
from vasttui.ui.modals.frame import button, while_open
from vasttui.ui.modals.typed_confirm import GUARD, TypedConfirm, names_to_type
from vasttui.ui.privacy import covered
from vasttui.ui.reserve.words import deposits_pay, destroy_words
from vasttui.ui.workers import has_stop, if_there
from vasttui.words import per_hour

_SHOWN = 12


class DestroyModal(TypedConfirm):
    """Nothing is destroyed before its label, or the end of its id, was typed."""

    VERB = "destroy"

    def __init__(
        self, rows: Sequence[FleetRow], now: float, hide: Callable[[str], str] | None = None,
        *, guard: float = GUARD, deposit: Callable[[int], Awaitable[Deposit]] | None = None,
        volumes: Callable[[FleetRow], Sequence[Volume]] = lambda row: (), timers: str = "",
    ) -> None:  # fmt: skip
        """`rows` are what the key was pressed for; `now` is epoch seconds; `deposit` reads that of
        an instance, `volumes` are those that it has, as far as they were read; `timers` says what
        becomes of those."""
        super().__init__(hide, guard)
        self._deposit, self._volumes, self._with_it = deposit, volumes, timers
        self._deposits: dict[int, Deposit] = {}
        self._unread: dict[int, str] = {}
        self._rows = tuple(rows)
        self._now = now
        one = rows[0].id if len(rows) == 1 else None
        self.heading = Content(
            f"Destroy {len(rows)} instances" if one is None else f"Destroy instance {one}"
        )

    def on_mount(self) -> None:
        if self._deposit is not None and any(map(_is_reserved, self._rows)):
            self._read_deposits(self._deposit)

    @work(group="deposits", exclusive=True, description="")
    @while_open
    async def _read_deposits(self, read: Callable[[int], Awaitable[Deposit]]) -> None:
        """What is left and the discount so far: the list does not say that."""
        for row in filter(_is_reserved, self._rows):
            try:
                self._deposits[row.id] = await read(row.id)
            except VastError as error:
                self._unread[row.id] = f"The discount so far could not be read: {error.sentence}"
            about = covered(Content("\n").join(self.lines()), self)
            self.query_one("#about", Static).update(about)

    def _reserved_lines(self) -> list[Content]:
        """What comes back of deposits, and what does not."""
        lines = []
        for row in filter(_is_reserved, self._rows):
            name = "" if len(self._rows) == 1 else f"{row.instance.name}: "
            reading = "Reading the discount so far…" if self._deposit else ""
            reading = self._unread.get(row.id, reading)
            words = destroy_words(row.instance, self._deposits.get(row.id), reading)
            lines.append(Content.styled(f"{name}{words}", "$text-warning"))
        return lines

    def others(self) -> ComposeResult:
        if any(map(has_stop, self._rows)):
            yield button("Stop", "answer('stop')", id="stop")
        if len(self._rows) == 1 and self._rows[0].can_log_in:
            yield button("Copy first", "answer('copy')", id="copy")

    def words(self) -> list[str]:
        return names_to_type(self._rows)

    def lines(self) -> list[Content]:
        lines = [
            Content.styled(
                "This deletes the instance AND its disk. It cannot be undone."
                if len(self._rows) == 1
                else "This deletes these instances AND their disks. It cannot be undone.",
                "bold $text-error",
            ),
            Content(""),
        ]
        for row in self._rows[:_SHOWN]:
            lines += instance_lines(row, self._now, self._volumes(row))
        if len(self._rows) > _SHOWN:
            lines.append(Content(f"and {len(self._rows) - _SHOWN} more"))
        if self._with_it:
            lines.append(Content(self._with_it))
        lines += [Content(""), *self._reserved_lines(), *self._money_lines()]
        return lines

    def _money_lines(self) -> list[Content]:
        own = [row for row in self._rows if not row.bill.prepaid]
        now = [row.bill.hourly for row in own]
        # A host that is offline bills nothing, stopped or not; a worker is not stopped here.
        stopped = [
            row.bill.hourly if row.phase is Phase.OFFLINE or row.worker_of
            else bill_of(row.instance, Phase.STOPPED).hourly
            for row in own
        ]  # fmt: skip
        saved = sum(price for price in now if price is not None)
        unknown = " (some prices are unknown)" if None in now else ""
        saves = f"Saves {per_hour(saved)}{unknown}."
        if not saved:
            saves = "What it saves is unknown." if unknown else "Nothing is billed now."
        elif any(row.worker_of for row in own):
            saves = f"Saves {per_hour(saved)}{unknown} unless another worker starts."
        deposits = deposits_pay(row.bill for row in self._rows)
        if deposits and not own:
            saves = "It saves nothing of your credit."
        lines = [Content(f"{saves} {deposits}".rstrip())]
        after = sum(price for price in stopped if price is not None)
        if saved > after and None not in stopped and any(map(has_stop, self._rows)):
            keeps = per_hour(after)
            text = f"Only want to stop paying for the GPU? Stop keeps the disk and costs {keeps}."
            lines.append(Content(text))
        return lines


def _is_reserved(row: FleetRow) -> bool:
    return row.instance.is_reserved


def instance_lines(row: FleetRow, now: float, volumes: Sequence[Volume] = ()) -> list[Content]:
    """What is lost with an instance, and what stays: its volumes, `volumes` as they were read."""
    instance = row.instance
    spent = "" if row.spent is None else f" · spent {spent_words(row.spent, now)}"
    name, gpu = instance.title or "unlabelled", gpu_words(instance)
    lines = [
        Content.assemble(
            (f"{name}", "bold"), f" ({instance.id})  {gpu} · {row.phase.value}{spent}"
        ),
        Content(f"  {_data_words(instance)}"),
    ]
    if row.worker_of:
        may = f"which{if_there([row])} may start another"
        text = f"  a worker of the serverless endpoint {row.worker_of}, {may}"
        lines.append(Content.styled(text, "$text-warning"))
    return lines + [Content(f"  {words}") for words in left_volumes(instance, volumes)]


def _data_words(instance: Instance) -> str:
    used = instance.disk_used
    if used is None:
        size = "" if instance.disk_space is None else f" of {instance.disk_space:g} GB"
        return f"its disk{size} and all data on it will be lost"
    return f"{used:.0f} GB of data will be lost"
