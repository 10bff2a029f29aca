"""Where a rental is written down and told of: the journal's row and the state that is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from vasttui.services.actions.context import ActionContext
from vasttui.services.renting.journal_entry import Order, Progress
from vasttui.services.renting.keys import KeyTrouble
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.store.intent import Intent, JournalUnwritable

WAITING, UNKNOWN, CREATED, READY = "waiting", "unknown", "created", "ready"
"""States of an open row after `SENT`: not processed and to be sent once more; perhaps rented;
rented; rented and ready, but sent twice, so that a second instance may still come of it."""

Publish = Callable[[RentState], None]

_UNKEPT = "The journal cannot be written any more: do not end the program. "


class RentRecord:
    """One rental as the journal and the user see it."""

    def __init__(
        self,
        context: ActionContext,
        publish: Publish,
        intent: Intent,
        order: Order,
        progress: Progress,
    ) -> None:
        self.intent = intent
        self.order = order
        self.progress = progress
        self.state = RentState(
            intent=intent.id,
            ask=order.ask,
            name=order.name,
            step=RentStep.DONE if intent.state == READY else RentStep.SENDING,
            sentence="",
            opened_at=intent.opened_at,
            instance_id=progress.ids[0] if progress.ids else None,
            duplicates=progress.ids[1:],
        )
        self._journal, self._publish = context.journal, publish
        self.is_open = True
        self._remark = ""
        self._pending: dict[str, Any] = {}

    def tell(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Publish how far it is, unless that is what was said last."""
        changes, self._pending = {**self._pending, **changes}, {}
        before, self.state = (
            self.state,
            replace(
                self.state,
                step=step,
                sentence=f"{self._remark}{sentence}",
                may_ask_again=step is RentStep.WATCHING,
                **changes,
            ),
        )
        if self.state != before:
            self._publish(self.state)

    def name_instances(self, gone: Collection[int] = ()) -> None:
        """Name the instances that there are; published with the next step."""
        ids = [one for one in self.progress.ids if one not in gone]
        self._pending |= {"instance_id": ids[0], "duplicates": tuple(ids[1:])}

    def forget_key(self) -> None:
        """Its key is not waited for any more; nobody is told."""
        self.state = replace(self.state, key_trouble=None)

    def compare(self, found: Sequence[str]) -> None:
        """Name what is not as agreed; published with the next step."""
        self._pending["differences"] = tuple(found)

    async def keep(self, word: str, progress: Progress | None = None) -> None:
        """Write down how it goes on. Where that fails, the next start looks for it by its label."""
        self.progress = progress or self.progress
        try:
            await self._journal.change(self.intent, word, self.progress.note)
            self._remark = ""
        except JournalUnwritable:
            self._remark = _UNKEPT

    async def keep_before_sending(self, progress: Progress) -> None:
        """The same before something is sent, which must not be without it. Raises
        JournalUnwritable."""
        await self._journal.change(self.intent, "sent", progress.note)
        self.progress, self._remark = progress, ""

    async def finish(
        self, step: RentStep, sentence: str, ssh: str = "", key_trouble: KeyTrouble | None = None
    ) -> None:
        """The end of a rental that had instances. Its row stays open while something may still
        come of it: the key of one that runs, or a second instance of what was sent twice."""
        if step is RentStep.DONE and key_trouble is not None:
            await self.keep(CREATED)
        elif self.progress.sends > 1:
            await self.keep(READY)
        else:
            await self.close(step)
        self.tell(step, sentence, ssh=ssh, key_trouble=key_trouble)

    async def end(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Write down how it ended, and tell."""
        await self.close(step)
        self.tell(step, sentence, **changes)

    async def close(self, step: RentStep) -> None:
        """Write down how it ended."""
        self.is_open = False
        try:
            await self._journal.settle(self.intent, step.value, self.progress.note)
            self._remark = ""
        except JournalUnwritable:
            self._remark = "The journal cannot be written. "
