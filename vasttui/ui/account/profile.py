"""The account: who it is, its money and limits, and who may use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import work
from textual.binding import BindingType

from vasttui.errors import Rejected
from vasttui.lists.resource import Resource
from vasttui.models.account import Account
from vasttui.services.account.profile import Profile, read_profile
from vasttui.services.backoff import retry_in
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.snapshot import Snapshot
from vasttui.ui.account.profile_lines import CHANGEABLE, profile_lines
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.lines import remedy
from vasttui.ui.lists.lines_screen import Line, LinesScreen
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_EVERY = 300.0


class ProfileScreen(LinesScreen):
    """The lines of the account."""

    SCOPE = "profile"
    BINDINGS: ClassVar[list[BindingType]] = bindings("profile")

    profile: Profile | None = None
    """What was read last."""

    _failures = 0

    def make_resource(self) -> Resource[Line]:
        return self.lines_resource(
            self._read, summary="the account", every=_EVERY, name=(12, 0), value=(30, 38),
            hints=("type to filter: address", "two-factor", "cloud"),
        )  # fmt: skip

    @property
    def nouns(self) -> str:
        return "account details"

    async def _read(self, api: Client) -> Sequence[Line]:
        app = context(self)
        session = app.session
        self.profile = await read_profile(api.account)
        passing = self.profile.passing
        self._failures = self._failures + 1 if passing else 0
        pauses = [
            retry_in(error, self._failures, session.rng, session.clock.now()) for error in passing
        ]
        if known := [pause for pause in pauses if pause is not None]:
            self._read_again(max(known))
        if isinstance(self.profile.account, Account) and app.live is not None:
            app.live.account_read(self.profile.account)
        return self._lines()

    def _lines(self) -> Sequence[Line]:
        app, session = context(self), context(self).session
        if self.profile is None:
            return ()
        source = session.key_source
        ends = f", ending in {session.key_ends}" if session.key_ends else ""
        stored = source and f"{'in' if source.startswith('memory') else 'from'} {source}{ends}"
        key = stored or ("of the demo" if session.demo else "")
        profile = replace(self.profile, account=self.account or self.profile.account)
        new = app.hint("profile.new", "makes one")
        return profile_lines(profile, key, lambda error: remedy(error, app.keymap.spelled), new)

    def rows_of(self, snapshot: Snapshot[Line]) -> Sequence[Line]:
        """The account as read last beside the credit of the first line."""
        return self._lines()

    def fleet_changed(self, fleet: Fleet) -> None:
        super().fleet_changed(fleet)
        if self.is_current and self.snapshot.as_of is not None:
            self.browse.list.set_rows(self._lines())
            self.show_rows()

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
        """The account as read last, with the credit of the first line."""
        known = None if self.profile is None else self.profile.account
        if not isinstance(known, Account):
            return None
        newest = context(self).fleet.account
        if newest is None:
            return known
        return structs.replace(known, credit=newest.credit, balance=newest.balance)

    def app_changed(self, what: str) -> None:
        if what == "client":  # another account
            self.profile = None
        super().app_changed(what)

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
