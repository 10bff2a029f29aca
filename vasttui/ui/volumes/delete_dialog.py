"""The dialog that deletes volumes: what is lost, what is saved, and the confirmation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from vasttui.lists.volume_rows import VolumeRow
from vasttui.ui.format import whole
from vasttui.ui.modals.typed_confirm import TypedConfirm
from vasttui.ui.volumes.cells import attached_cell
from vasttui.words import UNKNOWN, money

_SHOWN = 12
_DIGITS = 4


class DeleteVolumesModal(TypedConfirm):
    """Nothing is deleted before its name, or the end of its id, was typed."""

    VERB = "delete"

    def __init__(
        self, rows: Sequence[VolumeRow], refused: Sequence[str], now: float,
        hide: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        """`refused` says of other chosen ones why they stay; `now` is epoch seconds."""
        super().__init__(hide)
        self._rows, self._refused, self._now = tuple(rows), tuple(refused), now
        one = rows[0].volume.name if len(rows) == 1 else f"{len(rows)} volumes"
        self.heading = Content(f"Delete {one}")

    def words(self) -> list[str]:
        if len(self._rows) > 1:
            return [f"delete {len(self._rows)}"]
        volume = self._rows[0].volume
        digits = str(volume.id)[-_DIGITS:]
        return [volume.label, digits] if volume.label and volume.label != digits else [digits]

    def lines(self) -> list[Content]:
        one = len(self._rows) == 1
        what = "the volume AND its data" if one else "these volumes AND their data"
        lost = Content.styled(f"This deletes {what}. It cannot be undone.", "bold $text-error")
        lines = [lost, Content("")]
        for row in self._rows[:_SHOWN]:
            lines += self._about(row)
        if len(self._rows) > _SHOWN:
            lines.append(Content(f"and {len(self._rows) - _SHOWN} more"))
        lines += [Content(""), *map(Content, self._refused)]
        return [*lines, Content(self._saved())]

    def _about(self, row: VolumeRow) -> list[Content]:
        volume = row.volume
        who = attached_cell(row)[0]
        attached = {"-": "attached to none", UNKNOWN: "who has it is unknown"}.get(who, who)
        spent = row.spent(self._now)
        cost = "" if spent is None else f" · spent at most {money(spent, up=True)}"
        place = f" ({volume.country})" if volume.country else ""
        return [
            Content.assemble(
                (volume.name, "bold"),
                f" (V.{volume.id})  {whole(volume.disk_space)} GB on machine "
                f"{volume.machine_id or UNKNOWN}{place} · {attached}{cost}",
            ),
            Content("  how much of it is used is not known: the service does not say"),
        ]

    def _saved(self) -> str:
        months = [row.volume.monthly for row in self._rows]
        known = [month for month in months if month is not None]
        more = "" if len(known) == len(months) else " (some prices are unknown)"
        saved = f"Saves {money(sum(known))}/month{more}." if known else "What it saves is unknown."
        return f"{saved} A clone on another machine keeps the data."
