"""One rental: its journal row and its published state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from vasttui.services.renting.context import RentContext
from vasttui.services.renting.journal_entry import Order, Progress
from vasttui.services.renting.rental import KeyTrouble, RentState, RentStep
from vasttui.store.intent import SENT, Intent, JournalUnwritable

WAITING, UNKNOWN, CREATED, READY = "waiting", "unknown", "created", "ready"
"""States of an open row after `SENT`: not processed, to be resent; perhaps rented; rented; ready
but sent twice, so that a second instance may still appear."""

Publish = Callable[[RentState], None]

_UNSAVED = "The journal can no longer be written: do not quit vasttui. "


class RentRecord:
    """Saves and publishes the progress of one rental. `sent_at` is when its request was last sent
    (monotonic seconds). `is_open`: its journal row is open, so the next start resumes it."""

    def __init__(
        self,
        context: RentContext,
        publish: Publish,
        intent: Intent,
        order: Order,
        progress: Progress,
    ) -> None:
        self.intent, self.order, self.progress = intent, order, progress
        self.state = RentState(
            intent=intent.id, ask=order.ask, name=order.name, sentence="",
            step=RentStep.DONE if intent.state == READY else RentStep.SENDING,
            opened_at=intent.opened_at, duplicates=progress.ids[1:],
            instance_id=progress.ids[0] if progress.ids else None, agreed=order.agreed,
        )  # fmt: skip
        self.is_open = True
        self.sent_at = progress.sent_at
        self._journal, self._publish = context.journal, publish
        self._remark = ""
        self._pending: dict[str, Any] = {}

    def report(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Publish the progress, unless it is unchanged."""
        changes, self._pending = {**self._pending, **changes}, {}
        before = self.state
        self.state = replace(
            before, step=step, sentence=f"{self._remark}{sentence}",
            may_ask_again=step is RentStep.WATCHING, **changes,
        )  # fmt: skip
        if self.state != before:
            self._publish(self.state)

    def set_instances(self, gone: Collection[int] = ()) -> None:
        """Set its instances from `progress`; published with the next step."""
        ids = [one for one in self.progress.ids if one not in gone]
        self._pending |= {"instance_id": ids[0], "duplicates": tuple(ids[1:])}

    def set_differences(self, found: Sequence[str]) -> None:
        """Set what is not as agreed; published with the next step."""
        self._pending["differences"] = tuple(found)

    def forget_alarm(self) -> None:
        """Drop what is wrong with it, without publishing that."""
        self.state = replace(
            self.state, step=RentStep.DONE, key_trouble=None, duplicates=(), differences=()
        )

    async def adopt(self, ids: Sequence[int], refusal: str = "") -> None:
        """Save and publish its instances; `refusal` is as in `Progress`."""
        progress = replace(self.progress.with_ids(ids), refusal=refusal)
        await self.save(CREATED, progress)
        self.set_instances()
        self.report(RentStep.ATTACHING, f"{refusal} Rented as instance {progress.ids[0]}".strip())

    async def save(self, word: str, progress: Progress | None = None) -> None:
        """Save the state of the row. If that fails, the next start finds it by its label."""
        self.progress = progress or self.progress
        try:
            await self._journal.change(self.intent, word, self.progress.note)
            self._remark = ""
        except JournalUnwritable:
            self._remark = _UNSAVED

    async def save_before_sending(self, progress: Progress) -> None:
        """Save that it is sent again. Raises JournalUnwritable: then it must not be sent."""
        await self._journal.change(self.intent, SENT, progress.note)
        self.progress, self._remark = progress, ""

    async def finish(
        self, step: RentStep, sentence: str, ssh: str = "", key_trouble: KeyTrouble | None = None
    ) -> None:
        """End a rental that has instances. Its row stays open while something is wrong with it, so
        that the next start says so too, or a second instance may appear."""
        ended = replace(self.state, step=step, **{**self._pending, "key_trouble": key_trouble})
        if ended.is_alarm:
            await self.save(CREATED)
        elif self.progress.sends > 1:
            await self.save(READY)
        else:
            await self.close(step)
        self.report(step, sentence, ssh=ssh, key_trouble=key_trouble)

    async def end(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Close the row and publish the end."""
        await self.close(step)
        self.report(step, sentence, **changes)

    async def close(self, step: RentStep) -> None:
        """Close the row."""
        self.is_open = False
        try:
            await self._journal.settle(self.intent, step.value, self.progress.note)
            self._remark = ""
        except JournalUnwritable:
            self._remark = "The journal cannot be written. "
