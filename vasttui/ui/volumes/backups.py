"""Backups made by Vast.ai: what there is, its files, and how to restore it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.backup import Backup, BackupFiles
from vasttui.models.data_transfer import End
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.format import private_cell, span
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.units import DAY
from vasttui.words import UNKNOWN

if TYPE_CHECKING:
    from vasttui.ui.client import Client

MOST_SHOWN = 1_000
"""Files that are shown of one backup."""

_MARKS = {"success": ("✓", "good"), "pending": ("◐", "warn"), "error": ("✖", "bad")}
_UNREAD = "not read yet: details read them"
_RESTORE = {
    "success": "A copy into a running instance, over files of the same name:",
    "pending": "It is being made: nothing can be restored from it yet.",
    "error": "It failed: there may be nothing to restore.",
}


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup, the name of what it is of where that is still listed, and its files if read."""

    backup: Backup
    name: str
    files: BackupFiles | None


def status(row: BackupRow) -> Cell:
    """Its status in the service's word."""
    word = row.backup.status or UNKNOWN
    mark, style = _MARKS.get(word, ("?", "dim"))
    return f"{mark} {word}", style


def restoring(backup: Backup) -> str:
    """How it is restored, or why not."""
    return _RESTORE.get(backup.status or "", "Its status is not known.")


def made(row: BackupRow) -> str:
    """When it was made, local time."""
    at = row.backup.created_at
    try:
        return UNKNOWN if at is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def number_of_files(row: BackupRow) -> str:
    """How many files it has; `?` until they are read."""
    if row.files is None:
        return UNKNOWN
    return row.files.number_words


def size(row: BackupRow) -> str:
    """Their size; `?` until they are read."""
    return UNKNOWN if row.files is None else row.files.size_words


def overview(row: BackupRow) -> Sequence[Fact]:
    """The facts of a backup, and the words how to restore it."""
    backup, files = row.backup, row.files
    kind = backup.type if backup.type in ("instance", "volume") else "instance or volume"
    name, machine = f", {row.name}" if row.name else "", backup.machine_id or UNKNOWN
    word, style = status(row)
    facts = [
        Fact("Of", f"{kind} {backup.contract_id}{name} · machine {machine}"),
        Fact("Status", f"{word} · {backup.info or 'no reason is given'}", style),
        Fact("Restore", restoring(backup)),
    ]
    if backup.is_there:
        facts.append(Fact("", backup.restore, "good"))
    read = _UNREAD if files is None else f"{number_of_files(row)} · {size(row)}"
    return [*facts, Fact("Files", read, "dim")]


FIELDS = FieldSet(
    fields=(
        Field(name="of", kind="number", help="the instance or volume", aliases=("instance",),
              expr="o.contract_id", example="=29120033", known=True),
        Field(name="status", kind="text", help="pending, success, error", expr="(o.status or '')",
              example=":success", known=True),
        Field(name="type", kind="text", help="instance or volume", expr="(o.type or '')",
              example=":volume", known=True),
        Field(name="age", kind="number", help="age, days", unit="days", scale=DAY,
              expr="(None if o.created_at is None else now - o.created_at)", example="<7d"),
        Field(name="m", kind="number", help="machine id", aliases=("machine_id",),
              expr="o.machine_id", example=":2744"),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":decommissioned"),
    ),
    record="r.backup", seen={},
    scope={
        "words": lambda row: f"{row.name}\n{row.backup.contract_id}\n{row.backup.status}\n"
        f"{row.backup.type}\n{row.backup.info}".lower(),
    },
    price=lambda row: 0.0, example="of=29120033",
)  # fmt: skip


class BackupsScreen(ResourceScreen[BackupRow]):
    """Its files, and copying the command that restores it."""

    SCOPE = "backups"
    ENTER_CLOSES = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("backups")

    def make_resource(self) -> Resource[BackupRow]:
        now = context(self).session.clock.now
        return Resource(
            name="backups",
            noun="backup",
            id=lambda row: row.backup.id,
            private=lambda row: (row.backup.id, row.backup.contract_id, row.backup.machine_id),
            columns=(
                Column("of", "Instance", 12, lambda r: (r.name or str(r.backup.contract_id), ""),
                       "what it is of", 0, left=True, grows=True,
                       value=lambda r: r.backup.contract_id),
                Column("type", "Type", 8, lambda r: (r.backup.type or UNKNOWN, "dim"),
                       "instance or volume", 7, left=True, value=lambda r: r.backup.type),
                Column("made", "Made", 16, lambda r: (made(r), ""), "when it was made", 2,
                       left=True, value=lambda r: r.backup.created_at, best_first=True),
                Column("age", "Age", 4, lambda r: _age(r, now()), "time since it was made", 8,
                       value=lambda r: r.backup.created_at, best_first=True),
                Column("status", "Status", 10, status, "as the service says", 1, left=True,
                       value=lambda r: r.backup.status),
                Column("machine", "Machine", 7, lambda r: private_cell(
                       r.backup.machine_id, context(self).private), "machine id", 4,
                       value=lambda r: r.backup.machine_id),
                Column("files", "Files", 6, lambda r: (number_of_files(r), "dim"),
                       "number of files", 5,
                       value=lambda r: None if r.files is None else len(r.files.files)),
                Column("size", "Size", 10, lambda r: (size(r), "dim"), "size of its files", 3,
                       value=lambda r: r.files.size if r.files else None, best_first=True),
                Column("why", "Why, as the service says", 30, lambda r: (
                       r.backup.info or "-", "dim"), "why it was made", 6, left=True,
                       value=lambda r: r.backup.info),
            ),
            fields=FIELDS,
            sort=(("made", True),),
            details={"Overview": overview, "Raw": lambda row: raw_facts(row.backup)},
            read=self._read,
            every=60.0,
            empty="Vast.ai has made none. It makes them itself, for instance before a machine is "
            "taken down.",
            hints=("type to filter: volume", "status:success", "age<7d"),
        )  # fmt: skip

    async def _read(self, api: Client) -> Sequence[BackupRow]:
        return self._rows(await api.backups.list())

    def _rows(self, backups: Sequence[Backup]) -> tuple[BackupRow, ...]:
        listed = {row.id: row.instance.title for row in context(self).fleet.rows}
        return tuple(
            BackupRow(one, listed.get(one.contract_id, ""), self._files_of(one)) for one in backups
        )

    def _files_of(self, backup: Backup) -> BackupFiles | None:
        """Its files as they were read of this very backup."""
        live = context(self).live
        kept = None if live is None else live.backups.get(backup.contract_id)
        return None if kept is None or kept[0] != backup else kept[1]

    def _keep(self, backup: Backup, files: BackupFiles) -> None:
        """Keep the files of one that is finished, and is the only one of its instance or volume:
        the service is asked for the files of that, not of a backup."""
        live, number = context(self).live, backup.contract_id
        rows = [row.backup for row in self.browse.list.all_rows]
        alone = [one for one in rows if one.contract_id == number] == [backup]
        if live is not None and alone and backup.is_there:
            live.backups[number] = backup, files
        self.browse.list.set_rows(self._rows(rows))
        self.show_everything()

    async def action_transfer(self) -> None:
        """Restore it: a copy whose source is the backup."""
        if self.browse.current is None:
            return
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.transfers.flows import TransferFlows

        backup = self.browse.current.backup
        if not backup.is_there:
            self.app.notify(restoring(backup), severity="warning", markup=False)
            return
        path = "/" if backup.type == "volume" else "/upper/workspace/"
        source = End("backup", backup.contract_id, path)
        await self.change(TransferFlows(context(self)).ask(source))

    async def action_details(self) -> None:
        if self.browse.current is not None:
            await open_dialog(self.app, self._show_files(self.browse.current.backup))

    async def _show_files(self, backup: Backup) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.text import TextModal
        from vasttui.ui.modals.working import work_behind

        app, title = context(self), f"Files of the backup of {backup.contract_id}"
        job = self.api.backups.files(backup.contract_id)
        try:
            found, waited = await work_behind(app, title, "Reading its files…", job)
        except VastError as error:
            self.app.notify(error.sentence, title=title, severity="error", markup=False)
            return
        self._keep(backup, found)
        if waited and await app.push_screen_wait(TextModal(title, file_lines(backup, found))):
            names = "\n".join(one.name for one in found.files)
            await copy_and_show(app, app.session.clipboard, names)

    async def action_copy(self) -> None:
        row = self.browse.current
        if row is not None and row.backup.is_there:
            await self.copy(row.backup.restore)
        elif row is not None:
            self.app.notify(restoring(row.backup), severity="warning", markup=False)

    async def action_copy_as(self) -> None:
        if self.browse.current is not None:
            await open_dialog(self.app, self._copy_as(self.browse.current.backup))

    async def _copy_as(self, backup: Backup) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption

        options = [CopyOption("restore", backup.restore), CopyOption("links", backup.files)]
        chosen = await context(self).push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self.app, context(self).session.clipboard, chosen.text)

    def detail_title(self, row: BackupRow) -> Content:
        return Content(f"backup of {row.name or row.backup.contract_id} · {made(row)}")


def _age(row: BackupRow, now: float) -> Cell:
    at = row.backup.created_at
    return (UNKNOWN if at is None else span(max(0.0, now - at))), "dim"


def file_lines(backup: Backup, found: BackupFiles) -> list[Content]:
    """The files of a backup, and what to do with them."""
    lines = [Content(restoring(backup))]
    if backup.is_there:
        lines += [
            Content.styled(backup.restore, "$text-accent"),
            Content(""),
            Content("To fetch files here instead: this prints a link to each, good for a while."),
            Content.styled(backup.files, "$text-accent"),
        ]
    lines += [Content(""), Content.styled(_count(backup, found), "bold")]
    shown = found.files[:MOST_SHOWN]
    lines += [Content(f"{_megabytes(one.size):>12} MB  {one.name}") for one in shown]
    more = len(found.files) - len(shown)
    notes = [f"and {more:,} more"] if more else []
    notes += ["There are more than the service lists."] if found.cut else []
    notes += [f"{found.bad} could not be read."] if found.bad else []
    return [*lines, *(Content.styled(text, "$text-warning") for text in notes)]


def _count(backup: Backup, found: BackupFiles) -> str:
    return found.count_words if backup.is_there else f"{found.count_words} listed"


def _megabytes(size: int | None) -> str:
    if size is None:
        return UNKNOWN
    return "<0.1" if 0 < size < 50_000 else f"{size / 1e6:,.1f}"
