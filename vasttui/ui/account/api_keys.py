"""The API keys of the account: what each may do, and which one this program works with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.api_key import ApiKey
from vasttui.models.rights import RIGHTS, risks
from vasttui.query.fields import Field, FieldSet
from vasttui.services.api_keys import StrayKey, delete_key, make_key, reset_key
from vasttui.services.key_test import Tried, try_rights
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.words import UNKNOWN, plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_SIGNED_OUT = "it would be signed out at once. {} takes another key first."
_RESET = (
    "The old key stops at once, here and everywhere it is used. The new one is shown once, and "
    "stored in {}."
)


def rights_lines(key: ApiKey) -> list[Fact]:
    """One line for each right."""
    names = key.rights.names
    if names is None:
        return [Fact("May", key.rights.words, "warn")]
    if key.rights.log_of is not None:
        return [Fact("May", "read that log, and nothing else")]
    limited = key.rights.limited
    facts = [
        Fact(
            "" if at else "May",
            f"only {limited[name]} (of {name})"
            if name in limited
            else f"{RIGHTS.get(name, name)} ({name})",
        )
        for at, name in enumerate(sorted(names, key=[*RIGHTS, *names].index))
    ]
    return facts or [Fact("May", "nothing")]


def tried_line(one: Tried) -> Content:
    """What a test of one right showed."""
    mark, style = {
        True: ("✓", "$text-success"), False: ("✖", "$text-error"), None: ("-", "$text-muted"),
    }[one.may]  # fmt: skip
    about = f"{RIGHTS[one.right]}; " if one.may is not None else ""
    return Content.assemble(
        (f"{mark} {one.right:<15}", style), f" {about}", (one.why, "" if one.may else style)
    )


def overview(key: ApiKey) -> Sequence[Fact]:
    """The facts of a key."""
    team = f" · team {key.team_name}" if key.team_name else ""
    return [
        Fact("Rights", key.rights.words),
        Fact("Made", f"{day(key)}{team} · its text was shown once, then", "dim"),
        *(Fact("Risk", f"It {words}.", "warn") for words in risks(key.rights.names or ())),
        *rights_lines(key),
    ]


def day(key: ApiKey) -> str:
    """The day it was made, UTC."""
    try:
        made = time.gmtime(key.created_at)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN
    return "-" if key.created_at is None else time.strftime("%Y-%m-%d", made)


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", expr="o.title", example=":ci"),
        Field(name="rights", kind="text", help="rights", expr="rights(o)", example=":billing"),
        Field(name="team", kind="text", help="team", expr="(o.team_name or '')", example=":ours"),
        Field(name="id", kind="number", help="id", expr="o.id", example="=40211", known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(o)", example=":watching"),
    ),
    record="r", seen={"name": "o.title"},
    scope={
        "rights": lambda key: " ".join((key.rights.words, *(key.rights.names or ()))).lower()
        .replace("_", " "),
        "words": lambda key: f"{key.title}\n{key.rights.words}\n{key.team_name or ''}".lower(),
    },
    price=lambda key: 0.0, example="id=40211",
)  # fmt: skip


class ApiKeysScreen(ResourceScreen[ApiKey]):
    """Make, delete, reset, copy."""

    SCOPE = "api_keys"
    BINDINGS: ClassVar[list[BindingType]] = bindings("api_keys")

    def make_resource(self) -> Resource[ApiKey]:
        new = context(self).hint("api_keys.new", "makes one, for instance one that only watches.")
        return Resource(
            name="api_keys",
            noun="API key",
            id=lambda key: key.id,
            private=lambda key: (key.id, key.team_id, key.rights.log_of),
            columns=(
                Column("name", "Name", 20, lambda k: (k.title, ""), "name", 0, left=True,
                       most=32, value=lambda k: k.title.casefold()),
                Column("rights", "Rights", 30, lambda k: (k.rights.words, ""), "what it may", 1,
                       left=True, value=lambda k: k.rights.words, grows=True),
                Column("note", "Note", 13, self._note, "which one is in use here", 2, left=True,
                       most=13, value=lambda k: self._note(k)[0]),
                Column("made", "Made", 10, lambda k: (day(k), "dim"), "made on", 3,
                       value=lambda k: k.created_at, best_first=True),
                Column("id", "Id", 7, lambda k: (str(k.id), "dim"), "id", 4, value=lambda k: k.id),
                Column("team", "Team", 12, lambda k: (k.team_name or "-", "dim"), "team", 5,
                       left=True, most=20, value=lambda k: k.team_name),
            ),
            fields=FIELDS,
            sort=(("name", False),),
            details={"Overview": overview, "Raw": raw_facts},
            read=self._read,
            every=60.0,
            empty=new,
            hints=("type to filter: watching", "rights:billing"),
        )  # fmt: skip

    async def _read(self, api: Client) -> Sequence[ApiKey]:
        return await api.api_keys.list()

    def rows_of(self, snapshot: Snapshot[ApiKey]) -> Sequence[ApiKey]:
        """The keys, with the names of the instances that they are for."""
        return [*map(self._named, snapshot.rows)]

    def _named(self, key: ApiKey) -> ApiKey:
        fleet, number = context(self).fleet, key.rights.log_of
        row = None if number is None else fleet.row(number)
        if row is None:
            return key
        return replace(key, rights=replace(key.rights, log_name=fleet.called(row)))

    @property
    def _in_use(self) -> int | None:
        """The id of the key that this program works with, if that is known."""
        account = context(self).fleet.account
        return None if account is None else account.key_id

    def _note(self, key: ApiKey) -> Cell:
        return ("★ in use here", "good") if key.id == self._in_use else ("", "")

    async def action_new(self) -> None:
        await self.change(self._make())

    async def _make(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.new_api_key import NewKeyModal
        from vasttui.ui.account.shown_key import ShownKeyModal

        instances = [row.instance for row in context(self).fleet.rows]
        asked = await self.app.push_screen_wait(NewKeyModal(instances))
        if asked is None:
            return
        name, rights = asked
        clock = context(self).session.clock
        try:
            made = await make_key(self.api.api_keys, clock, name, rights)
        except StrayKey as error:
            await self._offer_to_delete(error)
        except VastError as error:
            self._failed(error)
        else:
            self._new = made.id
            self.feed.wake()
            await self.app.push_screen_wait(ShownKeyModal(f"{name} ({made.id})", made.key))
        self.feed.wake()

    async def _offer_to_delete(self, error: StrayKey) -> None:
        """A key without a text is of use to nobody."""
        if await self.sure("A key was lost", error.sentence, "Delete it"):
            work = delete_key(self.api.api_keys, context(self).session.clock, error.key.id)
            await self.report(work, f"{error.key.title} ({error.key.id}) is deleted.",
                              removes=error.key.id)  # fmt: skip

    def _failed(self, error: VastError) -> None:
        self.app.notify(error.sentence, severity="error", timeout=12, markup=False)

    async def action_delete(self) -> None:
        if self.targets:
            await self.change(self._delete(tuple(self.targets)))

    async def _delete(self, keys: Sequence[ApiKey]) -> None:
        in_use, why = self._in_use, ""
        if in_use is None:
            try:
                in_use = (await self.api.account.current()).key_id
            except VastError as error:
                why = f" {error}"
        mine = next((key for key in keys if key.id == in_use), None)
        if mine is not None or in_use is None:
            which = "which key it is" if mine is None else f"{mine.title}"
            takes = _SIGNED_OUT.format(context(self).keymap.spelled("app.key"))
            words = f"This program works with {which}: {takes}"
            unknown = f"Which key is in use here is not known, so none is deleted.{why}"
            self.app.notify(unknown if mine is None else words, severity="warning", markup=False)
            return
        word = keys[0].title if len(keys) == 1 else f"delete {len(keys)}"
        names = "".join(f"{key.title} ({key.id}), {key.rights.words}\n" for key in keys)
        about = f"{names}\nWhatever uses it is refused from then on."
        what = keys[0].title if len(keys) == 1 else plural(len(keys), "API key")
        if await self.typed(f"Delete {what}", about, word, "Delete"):
            for key in keys:
                work = delete_key(self.api.api_keys, context(self).session.clock, key.id)
                await self.report(work, f"{key.title} ({key.id}) is deleted.", removes=key.id)

    async def action_reset(self) -> None:
        await self.change(self._reset())

    async def _reset(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.shown_key import ShownKeyModal

        app = context(self)
        about = _RESET.format(app.session.kept_in())
        if not await self.typed("Reset the key in use", about, "reset", "Reset"):
            return
        try:
            text = await reset_key(self.api.api_keys, self.api.account, app.session.clock)
        except VastError as error:
            self._failed(error)
            return
        where, kept = "", None
        try:
            kept = await app.session.keep_key(text)
            where = f"Stored in {kept.stored_in}."
        except VastError as error:
            where = f"✖ It could not be stored, so copy it now. {error.sentence}"
        try:
            if kept is not None:
                await app.sign_in(kept)  # the old one is refused from now on
        finally:
            await self.app.push_screen_wait(ShownKeyModal("the key of this program", text, where))

    async def action_test(self) -> None:
        key = self.browse.current
        if key is not None:
            await open_dialog(self.app, self._test(key))

    async def _test(self, key: ApiKey) -> None:
        """Try the key in use: nobody has the text of another one."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.text import TextModal
        from vasttui.ui.modals.working import work_behind

        in_use = self._in_use
        if in_use is not None and key.id != in_use:
            takes = context(self).keymap.spelled("app.key")
            words = f"Only the key in use can be tested, not {key.title}: {takes} takes another."
            self.app.notify(words, markup=False)
            return
        app = context(self)
        title = f"Test of {key.title if in_use is not None else 'the key in use'}"
        tried, waited = await work_behind(
            app, title, "Reading one thing for each right…", try_rights(self.api, app.session.clock)
        )
        lines = [tried_line(one) for one in tried]
        if waited and await self.app.push_screen_wait(TextModal(title, lines)):
            await self.copy("\n".join(f"{line}" for line in lines))

    async def action_copy(self) -> None:
        if self.browse.current is not None:
            await self.copy(self.browse.current.title)

    async def action_copy_as(self) -> None:
        """The JSON of its rights, as the service wrote it."""
        if self.browse.current is not None:
            await self.copy(self.browse.current.permissions)

    def why_off(self, action_id: str) -> str:
        return "" if action_id == "api_keys.reset" else super().why_off(action_id)

    def unfit(self, action_id: str) -> str:
        in_use, current = self._in_use, self.browse.current
        if in_use is not None and current is not None:
            if action_id == "api_keys.test" and current.id != in_use:
                return "only the key in use can be tested"
            if action_id == "api_keys.delete" and in_use in (key.id for key in self.targets):
                return "the key in use is not deleted"
        return super().unfit(action_id)

    def detail_title(self, key: ApiKey) -> Content:
        return Content(f"{key.title} · {key.rights.words}")
