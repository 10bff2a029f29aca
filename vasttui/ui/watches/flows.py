"""What is done with watches: the dialogs, and the offers that they found."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from msgspec.structs import replace

from vasttui.errors import VastError
from vasttui.models.search import SearchOptions
from vasttui.query.other_command import unread_command
from vasttui.query.parse import parse
from vasttui.services.watches.watch import Hit, State, Watch, price_words
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.live import Live
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.rent.flow import RentFlow
from vasttui.ui.watches.dialog import NO_MATCHES, Matches, WatchModal
from vasttui.ui.watches.form import command_line, new_watch
from vasttui.words import plural

_LASTS = "Not saved: this lasts until you quit."


class WatchFlows:
    """Each method is for the watch that was chosen when its key was pressed."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def new(
        self,
        text: str,
        options: SearchOptions,
        matches: Matches = NO_MATCHES,
        *,
        edits: bool = True,
        of: str = "",
    ) -> str | None:
        """Watch this filter; one that is watched already is edited, if it `edits`, or another one
        made. `of` is what it is for, as in its name. Returns the id of the watch."""
        unread = unread_command(text)
        if problems := (unread,) if unread is not None else parse(text).problems:
            self._app.notify(
                problems[0].sentence, title="Not watched", severity="warning", markup=False
            )
            return None
        session = self._app.session
        fresh = new_watch(secrets.token_hex(8), text, options, session.clock.now(), of=of)
        wanted = (fresh.text, fresh.options)
        same = [one for one in session.watches.watches if (one.text, one.options) == wanted]
        if same and edits:
            return await self._edit_or_add(same[-1], fresh, matches)
        watch = await self._app.push_screen_wait(WatchModal(fresh, is_new=True, matches=matches))
        return None if watch is None else self._add(watch)

    def _add(self, watch: Watch) -> str:
        self._keep(watch)
        what = (
            "an offer" if watch.limit is None else f"an offer for at most {_dollars(watch.limit)}"
        )
        self._say_kept(f"Watching: it rings when {what} appears, while vasttui is open.")
        return watch.id

    async def edit(self, watch: Watch, matches: Matches = NO_MATCHES) -> str | None:
        """Change a watch. Returns its id."""
        return await self._edit_or_add(watch, None, matches)

    async def _edit_or_add(self, watch: Watch, fresh: Watch | None, matches: Matches) -> str:
        modal = WatchModal(watch, is_new=False, matches=matches, fresh=fresh)
        changed = await self._app.push_screen_wait(modal)
        kept = any(one.id == watch.id for one in self._app.session.watches.watches)
        if changed is not None and (changed.id != watch.id or not kept):
            return self._add(changed)  # another one, or one that another window deleted meanwhile
        if changed is not None and changed != watch:
            self._say_kept(f"{self._keep(changed, watch).name} is changed.")
        return watch.id

    def toggle(self, live: Live, watches: Sequence[Watch]) -> None:
        """Put them to sleep, or wake them; one that ended begins anew."""
        for watch in watches:
            state, now = live.watches.state(watch), self._app.session.clock.now()
            if state is State.WATCHING:
                self._keep(replace(watch, asleep=True), watch)
                key = self._app.keymap.spelled("watches.toggle")
                self._say_kept(f"{watch.name} sleeps: {key} wakes it.")
                continue
            began = now if state is State.ENDED else watch.began
            self._keep(replace(watch, asleep=False, began=began), watch)
            self._say_kept(f"{watch.name} is awake.")

    async def delete(self, watches: Sequence[Watch]) -> None:
        """Delete them, after asking."""
        names = "\n".join(watch.name for watch in watches)
        title = f"Delete {plural(len(watches), 'watch', 'watches')}"
        if not await self._app.push_screen_wait(
            ConfirmModal(title, f"{names}\n\nWhat was found is forgotten, too.", "Delete")
        ):
            return
        for watch in watches:
            self._app.session.watches.drop(watch.id)
        self._changed()
        one = len(watches) == 1
        self._say_kept(
            f"{watches[0].name} is deleted." if one else f"{len(watches)} watches are deleted."
        )

    async def copy(self, watch: Watch) -> None:
        """Copy the command that watches the same."""
        await copy_and_show(self._app, self._app.session.clipboard, command_line(watch))

    async def copy_as(self, watch: Watch) -> None:
        """Copy the command or the filter."""
        options = [
            CopyOption("vasttui watch", command_line(watch)), CopyOption("Filter", watch.text),
        ]  # fmt: skip
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self._app, self._app.session.clipboard, chosen.text)

    async def rent(self, watch: Watch, hit: Hit) -> None:
        """Open the rent dialog with this offer as it is now; nothing is sent before that is
        confirmed."""
        app, live = self._app, self._app.live
        if live is None:
            return
        options = watch.options
        try:
            offer = await live.api.offers.get(
                hit.offer_id, disk=options.usage.disk, bid=options.rental == "bid"
            )
        except VastError as error:
            app.notify(error.sentence, title=watch.name, severity="error", markup=False)
            return
        if offer is None:
            self._say(f"{watch.name}: the offer for {price_words(hit.price)} is gone.")
            return
        await RentFlow(app, lambda: app.offer_browse.list.all_rows, options).run(offer)

    def _keep(self, watch: Watch, before: Watch | None = None) -> Watch:
        kept = self._app.session.watches.put(watch, before)
        self._changed()
        return kept

    def _changed(self) -> None:
        if self._app.live is not None:
            self._app.live.watches.wake()
        self._app.app_changed.publish("watches")

    def _say_kept(self, text: str) -> None:
        """Say what was changed, once it is known whether it lasts."""
        self._app.run_worker(self._when_written(text), group="watch-kept", description="")

    async def _when_written(self, text: str) -> None:
        if await self._app.session.watches.written():
            self._say(text)
        else:
            self._app.notify(f"{text} {_LASTS}", severity="warning", markup=False)

    def _say(self, text: str) -> None:
        self._app.notify(text, markup=False)


def _dollars(limit: float) -> str:
    return f"${limit:.2f}/h" if limit == round(limit, 2) else f"${limit:g}/h"
