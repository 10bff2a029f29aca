"""What the keys of Serverless do, one function for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vasttui.lists.resource import RowId
from vasttui.lists.serverless_rows import Line
from vasttui.models.serverless import WorkerGroup
from vasttui.models.worker_search import ANY, own_search, with_price
from vasttui.services.copy_as import search_command
from vasttui.services.serverless.trial_form import TypedTrial
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.serverless.copying import choose_and_copy, endpoint_texts
from vasttui.ui.serverless.known import template_of
from vasttui.ui.web import open_page
from vasttui.ui.widgets.pasting import filter_words
from vasttui.words import per_hour

if TYPE_CHECKING:
    from vasttui.services.serverless.service import Serverless

_PAGE = "https://cloud.vast.ai/serverless/"


class Report(Protocol):
    """Does something and says what came of it, see `ResourceScreen.report`."""

    def __call__(
        self,
        work: Awaitable[bool | str | None],
        done: str = "",
        new: RowId | None = None,
        *,
        same: str = "",
        removes: RowId | None = None,
        what: str = "",
    ) -> Awaitable[None]:
        """Say `done` when it is done, or why `what` is not; then the list is read again."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a key was pressed. `wake` has what is due read soon."""

    app: AppContext
    serverless: Serverless
    report: Report
    wake: Callable[[], None]


async def new(at: At, line: Line | None) -> None:
    """A new endpoint, or a new worker group."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.new(at, line)


async def new_group(at: At, line: Line) -> None:
    """A new worker group of this endpoint."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.new_group(at, line.endpoint)


async def edit(at: At, line: Line) -> None:
    """Scale an endpoint, or change a worker group."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.edit(at, line)


async def state(at: At, line: Line) -> None:
    """Set an endpoint active, suspended or stopped."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.state(at, line)


async def update(at: At, line: Line) -> None:
    """Update the workers of a group, or cancel that."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.update(at, line)


async def delete(at: At, line: Line) -> None:
    """Delete an endpoint, a worker group, or a worker."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless import changing

    await changing.delete(at, line)


async def offers(at: At, line: Line) -> None:
    """The offers that a group's search finds now, the limit of the price last in the filter."""
    assert line.group is not None
    group = line.group.group
    query = filter_of(group)
    if query is None:
        at.app.notify("Its search cannot be said as a filter.", severity="warning", markup=False)
        return
    limit = group.price_limit
    known = limit is not None and limit != ANY
    at.app.show_offers(with_price(query, limit if known else None))
    said = f"{per_hour(limit, up=True)} is the most it may cost" if known else "it takes any price"
    template = template_of(at.app, group)
    disk = None if template is None else template.disk
    takes = "" if disk is None else f" A worker takes {disk:g} GB of disk."
    at.app.notify(f"What group {group.id} searches: {said}.{takes}", markup=False)


def filter_of(group: WorkerGroup) -> str | None:
    """The search of a group in the filter language; None where it cannot be said in it."""
    if isinstance(group.search_params, str) and not group.search_params.lstrip().startswith("{"):
        return own_search(group.search)
    wanted = group.search_params or group.search_query
    command = search_command(wanted) if isinstance(wanted, Mapping) else None
    return None if command is None else own_search(filter_words(command))


async def open_web(at: At, line: Line) -> None:
    """Its page on the web."""
    await open_page(at.app, _PAGE)


async def copy(at: At, line: Line) -> None:
    """The name of the endpoint."""
    await copy_and_show(at.app, at.app.session.clipboard, line.endpoint.endpoint.name)


async def test(at: At, line: Line) -> None:
    """A request through the service to one of its workers."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.serverless.trial import TrialModal

    await at.app.push_screen_wait(TrialModal(at.serverless, line.endpoint))


async def copy_as(at: At, line: Line) -> None:
    """A request to it, as it was last typed for a test, and commands about it."""
    typed = at.serverless.typed_trials.get(line.endpoint.id, TypedTrial())
    request = typed.request() or TypedTrial().request()
    assert request is not None
    await choose_and_copy(at.app, endpoint_texts(line, at.serverless.address, request))


async def full(at: At, line: Line, view: str = "Workers") -> None:
    """The endpoint in full, or the group; a worker is an instance, and shown as one."""
    # start-up: the full view and its widgets are only needed here
    from vasttui.ui.serverless.full import FullScreen
    from vasttui.ui.serverless.worker_keys import (
        go_to_instance,
        instances_of_workers,
        show_log_of_worker,
    )

    if line.worker is None:
        at.app.push_screen(FullScreen(line, view))
        return
    rows = instances_of_workers(at.app, [line])
    if not rows:
        at.app.notify("The instance of this worker is not listed.", markup=False)
    elif view == "Logs":
        show_log_of_worker(at.app, rows[0])
    else:
        go_to_instance(at.app, line.worker.id)


async def logs(at: At, line: Line) -> None:
    """The log of an endpoint or a group; of a worker its own."""
    await full(at, line, "Logs")
