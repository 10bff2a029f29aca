"""What the search of a group takes now, in words; a filter as such a search; updates under way."""

from __future__ import annotations

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.serverless import Worker, WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.services.serverless.rows import GroupRow, WorkerRow
from vasttui.services.serverless.supply import Supply, as_search
from vasttui.services.serverless.updates import QUIET, Updates

GPUS = ("RTX 5090", "RTX 4090")


@pytest.mark.parametrize(
    ("supply", "limit", "words"),
    [
        (Supply(), 0.4, "Its search finds no offer now: no worker would start."),
        (Supply((0.2, 0.3), more=True), None, "Its search finds 2+ offers now, the cheapest"),
        (Supply((0.5,)), 0.4, "None of the 1 offers of its search costs so little now"),
        (Supply((0.2, 0.5)), 0.4,
         "1 offer of its search costs at most $0.400/h now; 4 workers would need 4: the rest would "
         "wait."),
        (Supply((0.1, 0.2, 0.3, 0.4)), 0.4, "4 offers of its search cost at most $0.400/h now."),
        (Supply((0.1, 0.2), more=True), ANY, "2+ offers of its search now at any price"),
    ],
)  # fmt: skip
def test_what_a_search_takes_is_said_against_what_is_needed(
    supply: Supply, limit: float | None, words: str
) -> None:
    assert supply.words(limit, 4).startswith(words)


def test_a_filter_is_a_search_where_it_can_be_said_exactly() -> None:
    search = as_search("RTX_5090 num_gpus=1 cc:US reliability>=0.99", GPUS)
    assert search == "gpu_name in [RTX_5090] num_gpus=1 geolocation=US reliability>=0.99"
    assert as_search("", GPUS) == ""
    for text in ("hello", "price<1", "dph_total<=0.4", "num_gpus=", "verified=any"):
        with pytest.raises(VastError):
            as_search(text, GPUS)


def row(status: str) -> GroupRow:
    worker = WorkerRow(worker=Worker(id=1, status=status), endpoint=2, group=7, since=0.0)
    return GroupRow(group=WorkerGroup(id=7), workers=(worker,))


def test_an_update_goes_on_until_it_was_seen_done_or_nothing_was_seen_for_long() -> None:
    clock = VirtualClock()
    updates = Updates(clock)
    assert updates.goes_on(row("update_ready"))  # begun elsewhere
    updates.begin(7, 0)
    assert not updates.goes_on(row("idle"))
    updates.begin(7, 1)
    assert "0 seen done, 1 under way" in updates.sentences([row("updating")])[0]
    assert updates.sentences([row("idle")]) == ["Group 7: 1 worker was updated."]
    assert not updates.goes_on(row("idle"))
    updates.begin(7, 3)
    clock.advance(QUIET)
    assert updates.sentences([row("idle")])
    assert not updates.goes_on(row("idle"))
