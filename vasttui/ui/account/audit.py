"""The audit log: what was done with the account's keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import asdict
from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.audit import AuditEntry
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.context import context
from vasttui.ui.format import day_words, time_words
from vasttui.ui.keys import bindings
from vasttui.ui.lines import first_fit
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.units import DAY
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client

NOT_IN_IT = "What Vast.ai does by itself (outbid, no credit) is not in it"
_EVERY = 300.0
_NOT_YOURS = "not one of the account's keys; a scheduled job has a key of its own"


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry, the label of its instance if that is listed, how long ago it was in days, the key
    in words, and whether that is the one in use, or one of the account's at all; None is unknown.
    """

    entry: AuditEntry
    label: str
    days: float | None
    key: str
    mine: bool | None
    yours: bool | None

    @property
    def about(self) -> str:
        """What it was done to."""
        number = self.entry.about
        if number is None:
            return self.entry.args.removeprefix("{}") or "-"
        if self.entry.is_rent:
            return f"offer {number}"
        return f"{self.label} ({number})" if self.label else str(number)

    @property
    def words(self) -> str:
        """Everything that is shown of it, to be searched."""
        entry = self.entry
        parts = (entry.what, entry.api_route, self.about, entry.args, entry.ip_address, self.key)
        return "\n".join(part for part in parts if part).lower()


def _key(row: Audited) -> Cell:
    if row.yours is False:
        return f"{row.key}, not yours", "warn"
    return (f"{row.key}, in use here", "") if row.mine else (row.key, "dim")


def _overview(row: Audited) -> Sequence[Fact]:
    entry = row.entry
    key = f"{row.key}: {_NOT_YOURS}" if row.yours is False else _key(row)[0]
    return [
        Fact("Route", " ".join(filter(None, (entry.api_route or "unknown", entry.args)))),
        Fact("About", row.about),
        Fact("From", entry.ip_address or "no address"),
        Fact("Key", key),
        Fact("Note", f"{NOT_IN_IT}.", "dim"),
    ]


async def _names(api: Client) -> dict[int, str]:
    """The account's keys by id, with their names; empty if they cannot be read."""
    try:
        return {key.id: key.name or str(key.id) for key in await api.api_keys.list()}
    except VastError:
        return {}


FIELDS = FieldSet(
    fields=(
        Field(name="what", kind="text", help="what was done", expr="o.entry.what",
              example=":rented", known=True),
        Field(name="about", kind="text", help="instance or offer", expr="o.about",
              example=":train", known=True),
        Field(name="from", kind="text", help="address it came from",
              expr="(o.entry.ip_address or '')", example=":203.0.113.", known=True),
        Field(name="key", kind="text", help="API key, name or id", expr="o.key", known=True,
              example=":main"),
        Field(name="mine", kind="bool", help="done with the key in use here", expr="o.mine",
              example="=true", bare=True),
        Field(name="days", kind="number", help="days ago", expr="o.days", example="<3"),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="o.words", example=":rented"),
    ),
    record="r",
    seen={"what": "o.entry.what", "from": "(o.entry.ip_address or '')", "key": "o.key"},
    scope={}, price=lambda row: 0.0, example="what:rented",
)  # fmt: skip


class AuditScreen(ResourceScreen[Audited]):
    """Nothing can be changed here."""

    SCOPE = "audit"
    BINDINGS: ClassVar[list[BindingType]] = bindings("audit")

    def make_resource(self) -> Resource[Audited]:
        return Resource(
            name="audit",
            noun="audit entry",
            id=lambda row: row.entry.id,
            private=lambda row: (row.entry.about, row.entry.api_key_id),
            columns=(
                Column("when", "When", 16, lambda row: (self._when(row), ""), "when it was done",
                       0, left=True, value=lambda row: row.entry.created_at, best_first=True,
                       plain=lambda row: self._when(row)),
                Column("what", "What", 24, lambda row: (row.entry.what, ""), "what was done", 1,
                       left=True, value=lambda row: row.entry.what, grows=True),
                Column("about", "About", 24, lambda row: (row.about, ""), "instance or offer", 2,
                       left=True, most=30, value=lambda row: row.about),
                Column("from", "From", 15, lambda row: (row.entry.ip_address or "-", "dim"),
                       "address it came from", 4, left=True,
                       value=lambda row: row.entry.ip_address),
                Column("key", "Key", 18, _key, "API key it was done with", 3, left=True,
                       most=24, value=lambda row: row.key.casefold()),
            ),
            fields=FIELDS,
            sort=(("when", True),),
            summary=self._summary,
            details={"Overview": _overview, "Raw": raw_facts},
            read=self._read,
            every=_EVERY,
            empty=f"The service keeps none for this account. {NOT_IN_IT}.",
            hints=("type to filter: rented", "from:203.", "days<3", "-key:main"),
        )  # fmt: skip

    @property
    def nouns(self) -> str:
        return "audit entries"

    def _when(self, row: Audited) -> str:
        return time_words(row.entry.created_at, context(self).session.clock.now())

    def _summary(self, rows: Sequence[Audited]) -> str:
        count = plural(len(rows), "entry", "entries")
        times = [row.entry.created_at for row in rows if row.entry.created_at is not None]
        return f"{count}, the oldest {day_words(min(times))}" if times else count

    async def _read(self, api: Client) -> Sequence[Audited]:
        entries = await api.account.audit_log()
        app = context(self)
        labels = {row.id: row.instance.label or "" for row in app.fleet.rows}
        account, now = app.fleet.account, app.session.clock.now()
        own = None if account is None else account.key_id
        names = await _names(api)

        def audited(entry: AuditEntry) -> Audited:
            number = entry.api_key_id
            return Audited(
                entry,
                "" if entry.about is None or entry.is_rent else labels.get(entry.about, ""),
                None if entry.created_at is None else (now - entry.created_at) / DAY,
                "?" if number is None else names.get(number, str(number)),
                None if own is None or number is None else number == own,
                None if not names or number is None else number in names or number == own,
            )

        return [audited(entry) for entry in entries]

    def status_line(self) -> tuple[Content, Content]:
        words, order = super().status_line()
        if self.snapshot.error is None and self.snapshot.as_of is not None and not self.paused:
            note = Content.styled(f" {NOT_IN_IT}", "$text-muted")
            whole = Content.assemble(note, (" ·", "$text-muted"), words)
            forms = (whole, words) if self.snapshot.bad else (whole, note, words)
            words = first_fit(self.size.width, *forms)
        return words, order

    def detail_title(self, row: Audited) -> Content:
        return Content(f"{self._when(row)} · {row.entry.what}")

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(map(self._line, self.targets)))

    async def action_copy_as(self) -> None:
        if self.targets:
            rows = [asdict(row.entry) for row in self.targets]
            await self.copy(json.dumps(rows if len(rows) > 1 else rows[0], indent=1))

    def _line(self, row: Audited) -> str:
        parts = (self._when(row), row.entry.what, row.about, row.entry.ip_address or "-")
        return "  ".join((*parts, f"key {row.key}"))
