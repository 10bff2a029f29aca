"""The environment variables of the account. Their values are sent and never come back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.variable import MASK, Planned, Variable
from vasttui.query.fields import Field, FieldSet
from vasttui.services.variables import (
    Import,
    add_variable,
    change_variable,
    delete_variable,
)
from vasttui.state.variable_notes import Note
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.words import UNKNOWN, plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_HIDDEN = "The service never gives a value back, so there is nothing to reveal."
_REACHES = "every container that is created from now on; those that exist keep what they have"
_CHECKED = "The value cannot be read back; that it is there was checked."


def overview(variable: Variable) -> Sequence[Fact]:
    """The facts of a variable."""
    return [
        Fact("Name", variable.name),
        Fact("Value", f"{MASK}  {_HIDDEN}"),
        Fact("Reaches", _REACHES, "dim"),
    ]


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", expr="o.name", example=":aws"),
        Field(name="text", kind="text", help="words anywhere", known=True, expr="o.name.lower()",
              example=":aws"),
    ),
    record="r", seen={"name": "o.name"}, scope={}, price=lambda variable: 0.0,
    example="name:aws",
)  # fmt: skip


class VariablesScreen(ResourceScreen[Variable]):
    """Add, import, change, delete, copy."""

    SCOPE = "variables"
    BINDINGS: ClassVar[list[BindingType]] = bindings("variables")

    def make_resource(self) -> Resource[Variable]:
        new = context(self).hint("variables.new", "adds one, or a .env file: @file.")
        return Resource(
            name="variables",
            noun="variable",
            id=lambda variable: variable.name,
            columns=(
                Column("name", "Name", 24, lambda v: (v.name, ""), "name", 0, left=True,
                       value=lambda v: v.name, most=60),
                Column("value", "Value", 9, lambda v: (MASK, "dim"), "never given back", 1,
                       left=True),
                Column("changed", "Changed from here", 17, self._changed, "set on this computer", 3,
                       left=True, value=self._changed_at, best_first=True),
                Column("note", "Note", 12, self._source, "the file it came from", 2, left=True,
                       value=lambda v: self._source(v)[0] or None, grows=True),
            ),
            fields=FIELDS,
            sort=(("name", False),),
            details={"Overview": overview, "Raw": raw_facts},
            read=self._read,
            every=60.0,
            empty="They go into every container that is made from then on. " + new,
            hints=("type to filter: aws",),
        )  # fmt: skip

    async def _read(self, api: Client) -> Sequence[Variable]:
        return await api.variables.list()

    @property
    def _account(self) -> int | None:
        account = context(self).fleet.account
        return None if account is None else account.id

    def _note(self, variable: Variable) -> Note | None:
        account, notes = self._account, context(self).session.variable_notes
        return None if account is None else notes.of(account, variable.name)

    def _changed_at(self, variable: Variable) -> float | None:
        note = self._note(variable)
        return None if note is None else note.at

    def _changed(self, variable: Variable) -> Cell:
        at = self._changed_at(variable)
        if self._account is None:
            return UNKNOWN, "dim"
        if at is None:
            return "not from here", "dim"
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(at)), ""

    def _source(self, variable: Variable) -> Cell:
        note = self._note(variable)
        return f"from {note.source}" if note is not None and note.source else "", "dim"

    def _set_here(self, names: Iterable[str], source: str = "") -> None:
        """Note that these were set."""
        session = context(self).session
        if self._account is not None:
            note = Note(session.clock.now(), source)
            session.variable_notes.set(self._account, names, note)

    async def _noted(self, work: Awaitable[None], name: str, source: str = "") -> None:
        await work
        self._set_here([name], source)

    async def action_new(self) -> None:
        await self.change(self._add())

    async def _add(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.add_variables import AddVariablesModal

        app = context(self)
        try:
            known = self.snapshot.as_of is not None
            rows = self.snapshot.rows if known else await self._read(self.api)
        except VastError as error:
            self.app.notify(error.sentence, severity="error", markup=False)
            return
        there = frozenset(variable.name for variable in rows)
        modal = AddVariablesModal(there, self.api.variables.interval)
        planned = await self.app.push_screen_wait(modal)
        if planned is None:
            return
        if len(planned) > 1:
            await self._import(planned, modal.source)
            return
        [one] = planned
        make = change_variable if one.effect == "change" else add_variable
        work = make(self.api.variables, app.session.clock, one.name, one.entry.value)
        done = "changed" if one.effect == "change" else "added"
        noted = self._noted(work, one.name, modal.source)
        await self.report(noted, f"{one.name}: {done}. {_CHECKED}", one.name)

    async def _import(self, planned: Sequence[Planned], source: str) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.import_variables import ImportModal

        run = Import(self.api.variables, context(self).session.clock, planned)
        await self.app.push_screen_wait(ImportModal(run))
        self._set_here([one.name for one in run.done], source)
        self.app.notify(
            run.sentence, markup=False,
            severity="warning" if run.left or run.problem else "information",
        )  # fmt: skip
        self.feed.wake()

    async def action_edit(self) -> None:
        if self.browse.current is not None:
            await self.change(self._edit(self.browse.current.name))

    async def _edit(self, name: str) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.add_variables import ValueModal

        value = await self.app.push_screen_wait(ValueModal(name))
        if value is not None:
            clock = context(self).session.clock
            work = change_variable(self.api.variables, clock, name, value)
            await self.report(self._noted(work, name), f"{name}: changed. {_CHECKED}")

    async def action_delete(self) -> None:
        if self.targets:
            await self.change(self._delete([variable.name for variable in self.targets]))

    async def _delete(self, names: Sequence[str]) -> None:
        word = names[0] if len(names) == 1 else f"delete {len(names)}"
        what = names[0] if len(names) == 1 else plural(len(names), "variable")
        about = "".join(f"{name}\n" for name in names[1:] and names) + (
            "New containers will not get it; those that exist keep it. Nobody can give the value "
            "back."
        )
        if not await self.typed(f"Delete {what}", about, word, "Delete"):
            return
        for name in names:
            work = delete_variable(self.api.variables, context(self).session.clock, name)
            await self.report(self._dropped(work, name), f"{name} is deleted.", removes=name)

    async def _dropped(self, work: Awaitable[None], name: str) -> None:
        await work
        if self._account is not None:
            context(self).session.variable_notes.drop(self._account, name)

    async def action_copy(self) -> None:
        await self._copy("{}")

    async def action_copy_as(self) -> None:
        """For a `docker run` that takes the value from this shell."""
        await self._copy('-e {0}="${0}"')

    async def _copy(self, form: str) -> None:
        if self.browse.current is not None:
            await self.copy(form.format(self.browse.current.name))

    def detail_title(self, variable: Variable) -> Content:
        return Content(variable.name)
