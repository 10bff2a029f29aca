"""The dialog that deletes an endpoint or a worker group."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, GroupRow, WorkerRow
from vasttui.services.serverless.words import cost_words
from vasttui.ui.modals.typed_confirm import TypedConfirm
from vasttui.words import plural

_DIGITS = 4
_LEFT = (
    "The service says which workers it could not delete: they go on billing. What is left is "
    "looked for among your instances until it is gone."
)


class DeleteServerlessModal(TypedConfirm):
    """Nothing is deleted before its name, or the end of its id, was typed."""

    VERB = "delete"

    def __init__(
        self, row: EndpointRow, group: GroupRow | None, cost: Cost | None,
        hide: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        """Deletes the `group` alone, if there is one. `cost` is what its workers cost now."""
        super().__init__(hide)
        self._row, self._group, self._cost = row, group, cost
        what = f"endpoint {row.name}" if group is None else f"worker group {group.id} of {row.name}"
        self.heading = Content(f"Delete {what}")

    def words(self) -> list[str]:
        if self._group is not None:
            return [f"{self._group.id}"]
        name, digits = self._row.endpoint.endpoint_name, f"{self._row.id}"[-_DIGITS:]
        return [digits] if self._row.twins or name in (None, "", digits) else [name, digits]

    def lines(self) -> list[Content]:
        row, group = self._row, self._group
        what = "the worker group and its workers"
        workers: tuple[WorkerRow, ...] | None = group.workers if group is not None else row.workers
        if group is None:
            groups = f"{plural(len(row.groups), 'worker group')} and " if row.groups else ""
            what = f"the endpoint with {groups}all workers"
        lost = f"This deletes {what}, AND the workers' disks. It cannot be undone."
        lines = [Content.styled(lost, "bold $text-error"), Content("")]
        lines += [Content(f"Endpoint {row.endpoint.name} ({row.id})")]
        if group is not None:
            lines.append(Content(f"Group {group.id}: {group.group.search or 'no search'}"))
        if workers is None:
            lines.append(Content("Which workers it has is not known."))
        else:
            ids = ", ".join(f"{one.id}" for one in workers)
            more = f", {row.bad} more that cannot be read" if row.bad else ""
            count = plural(len(workers), "worker")
            lines.append(Content(f"{count}{f': {ids}' if ids else ''}{more}"))
        if self._cost is not None and self._cost.rowless:
            ids = ", ".join(f"{one}" for one in self._cost.rowless)
            lines.append(Content(f"without a row among its workers: {ids}"))
        lines += [Content(cost_words(self._cost)), Content(""), Content(_LEFT)]
        if row.twins and group is None:
            ids = ", ".join(map(str, row.twins))
            name = row.endpoint.name
            words = f"! Another endpoint is called {name}, too ({ids}): it stays and bills."
            lines.append(Content.styled(words, "$text-warning"))
        return lines
