"""The account: who it is, its money and limits, and who may use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import Rejected
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.account import Account
from vasttui.query.fields import Field, FieldSet
from vasttui.services.account.profile import Profile, read_profile
from vasttui.services.backoff import retry_in
from vasttui.ui.account.profile_lines import CHANGEABLE, Line, profile_lines
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.format import HIDDEN
from vasttui.ui.keys import bindings
from vasttui.ui.lists.lines import remedy
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_EVERY = 300.0

FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="what the line is about", expr="o.name",
              example=":address", known=True),
        Field(name="value", kind="text", help="what it says", expr="o.value", example=":lab",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(o)", example=":lisbon"),
    ),
    record="r", seen={"name": "o.name"},
    scope={"words": lambda line: f"{line.name}\n{line.value}\n{line.note}\n{line.more}".lower()},
    price=lambda line: 0.0, example="name:address",
)  # fmt: skip


class ProfileScreen(ResourceScreen[Line]):
    """Lines, in the order in which they are read; some can be changed."""

    SCOPE = "profile"
    BINDINGS: ClassVar[list[BindingType]] = bindings("profile")

    profile: Profile | None = None
    """What was read last."""

    _failures = 0

    def make_resource(self) -> Resource[Line]:
        return Resource(
            name="profile",
            noun="line",
            id=lambda line: line.id,
            columns=(
                Column("name", "About", 12, lambda line: (line.name, ""), "what it is about", 0,
                       left=True, value=lambda line: line.name.casefold()),
                Column("value", "Value", 30, self._value, "what there is to say", 2, left=True,
                       most=38, value=lambda line: line.value.casefold()),
                Column("note", "Note", 30, lambda line: (self._note(line), "dim"),
                       "more about it", 3, left=True, grows=True),
            ),
            fields=FIELDS,
            sort=(),
            place=lambda line: line.place,
            summary=lambda lines: "the account",
            details={"Overview": self._overview, "Raw": raw_facts},
            read=self._read,
            every=_EVERY,
            hints=("type to filter: address", "two-factor", "cloud"),
        )  # fmt: skip

    def _value(self, line: Line) -> Cell:
        return self._shown(line), line.style

    def _shown(self, line: Line) -> str:
        return HIDDEN if line.secret and context(self).private else line.value

    def _note(self, line: Line) -> str:
        more = HIDDEN if line.more and context(self).private else line.more
        return " · ".join(filter(None, (line.note, more)))

    def _overview(self, line: Line) -> Sequence[Fact]:
        note = [Fact("Note", self._note(line))] if line.note else []
        return [Fact("Value", self._shown(line), line.style), *note]

    @property
    def nouns(self) -> str:
        return "account details"

    def read_count(self) -> str:
        """The strip counts no lines."""
        return ""

    async def _read(self, api: Client) -> Sequence[Line]:
        app = context(self)
        session, spell = app.session, app.keymap.spelled
        source = session.key_source
        ends = f", ends in {session.key_ends}" if session.key_ends else ""
        stored = source and f"{'in' if source.startswith('memory') else 'from'} {source}{ends}"
        key = stored or ("of the demo" if session.demo else "")
        self.profile = await read_profile(api.account)
        passing = self.profile.passing
        self._failures = self._failures + 1 if passing else 0
        pauses = [
            retry_in(error, self._failures, session.rng, session.clock.now()) for error in passing
        ]
        if known := [pause for pause in pauses if pause is not None]:
            self._read_again(max(known))
        return profile_lines(
            self.profile, key, lambda error: remedy(error, spell), spell("profile.new")
        )

    @work(group="again", exclusive=True, description="")
    async def _read_again(self, seconds: float) -> None:
        """Read once more what could not be read, when it is looked at."""
        clock = context(self).session.clock
        await clock.sleep(seconds)
        while not self.feed.on_screen:
            await clock.sleep(1.0)
        self.feed.wake()

    @property
    def account(self) -> Account | None:
        """The account as read last."""
        known = None if self.profile is None else self.profile.account
        return known if isinstance(known, Account) else None

    def app_changed(self, what: str) -> None:
        if what == "client":  # another account
            self.profile = None
        super().app_changed(what)

    def detail_title(self, line: Line) -> Content:
        return Content(line.name.strip())

    def why_off(self, action_id: str) -> str:
        line = self.browse.current
        if action_id == "profile.edit" and (line is None or line.name not in CHANGEABLE):
            return f"only {' and '.join(CHANGEABLE)} can be changed here"
        if action_id in ("profile.edit", "profile.transfer"):
            return "" if self.account is not None else "the account was not read yet"
        if action_id == "profile.new":
            return self._why_no_subaccount()
        if action_id == "profile.login":
            return "" if self.profile is not None else "the account was not read yet"
        return super().why_off(action_id)

    def _why_no_subaccount(self) -> str:
        if self.profile is None:
            return "the account was not read yet"
        error = self.profile.subaccounts
        return f"{error}".rstrip(".") if isinstance(error, Rejected) else ""

    def _is_off(self, action_id: str) -> bool:
        """Whether it cannot be used; then the reason is said."""
        return self.refused(self.why_off(action_id))

    async def action_copy(self) -> None:
        if self.targets:
            text = "\n".join(line.value for line in self.targets)
            clipboard = context(self).session.clipboard
            await open_dialog(self.app, copy_and_show(self.app, clipboard, text))

    async def action_edit(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.thresholds import change_threshold

        line, account = self.browse.current, self.account
        if not self._is_off("profile.edit") and line is not None and account is not None:
            await self.change(change_threshold(self, account, line.name, "value"))

    async def action_login(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.login import log_in_here

        if not self._is_off("profile.login") and self.profile is not None:
            await open_dialog(self.app, log_in_here(self, self.profile.second_factor))

    async def action_new(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.new_subaccount import make_subaccount_here

        if not self._is_off("profile.new"):
            await self.change(make_subaccount_here(self))

    async def action_transfer(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.credit import transfer_here

        live, account = context(self).live, self.account
        if not self._is_off("profile.transfer") and live is not None and account is not None:
            await self.change(transfer_here(self, account, live.transfers))
