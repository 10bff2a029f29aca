"""Reads a list from the service as long as its screen is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.screen import ModalScreen

from vasttui.errors import NotSignedIn
from vasttui.lists.resource import RowId
from vasttui.services.feed import Feed
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.lists.screen import ListScreen

if TYPE_CHECKING:
    from vasttui.ui.client import Client

Row = TypeVar("Row")


class Reading(ListScreen[Row]):
    """The feed of a resource, for the account of now."""

    READS_UNDER_DIALOGS: ClassVar[bool] = False
    """The list is read on under a dialog of its own, which lets it through."""

    NEEDS_KEY: ClassVar[bool] = True
    """There is nothing to show without an API key."""

    def _begin(self) -> None:
        """Start with nothing read, at first and for another account."""
        app = context(self)
        self._new: RowId | None = None
        self._reading: object = None
        self._read_last: tuple[object, int] = (None, 0)
        self._opened = app.session.clock.monotonic()
        self.feed: Feed[Row] = Feed(
            self.read, self.rows_arrived, clock=app.session.clock, rng=app.session.rng,
            every=self.resource.every, on_force=self.forced,
        )  # fmt: skip

    @property
    def api(self) -> Client:
        """The client in use. Raises NotSignedIn before there is one with a key."""
        app = context(self)
        if app.api is None or not app.signed_in:
            raise NotSignedIn
        return app.api

    async def read(self) -> Sequence[Row]:
        """All rows, read from the service."""
        assert self.resource.read is not None
        self._reading = self.question
        return await self.resource.read(self.api)

    def forced(self) -> None:
        """The user wants it to be read now."""
        self.api.force()

    @property
    def question(self) -> object:
        """What the service is asked for: a row that another question leaves out is not gone."""
        return None

    @property
    def snapshot(self) -> Snapshot[Row]:
        return self.feed.snapshot

    @property
    def reader(self) -> Feed[Row]:
        return self.feed

    @property
    def _may_read(self) -> bool:
        return context(self).signed_in or not self.NEEDS_KEY

    def _watch(self) -> None:
        """Refresh the list while it is shown."""
        app = context(self)
        self.feed.on_screen = self.is_current and app.api is not None and self._may_read
        self.run_worker(self.feed.run(), group="feed", exclusive=True, description="")

    def rows_arrived(self, snapshot: Snapshot[Row]) -> None:
        """A new snapshot: new rows, or news about how reading goes."""
        raise NotImplementedError

    def on_screen_suspend(self) -> None:
        under_dialog = isinstance(self.app.screen, ModalScreen)
        self.feed.on_screen = self.feed.on_screen and self.READS_UNDER_DIALOGS and under_dialog
