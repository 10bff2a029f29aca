"""What the dialog of watches makes of what is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from tests.support.fake_market import offer
from vasttui.models.money import Usage, price_offers
from vasttui.models.search import SearchOptions
from vasttui.ui.watches.form import (
    WatchReading,
    WatchTyped,
    command_line,
    lowest_each,
    new_watch,
    option_words,
    read_watch,
    typed_from,
)

NOW = 1_790_000_000.0
OPTIONS = SearchOptions("bid", "datacenter", Usage(60.0, 50.0, 5.0, 8.0))
FRESH = new_watch("a", "  gpu:4090   n=1 ", OPTIONS, NOW)


def read(**typed: str) -> WatchReading:
    filled = replace(typed_from(FRESH), **typed)  # type: ignore[arg-type]
    return read_watch(filled, FRESH, NOW + 60, read_only=False)


def test_a_new_watch_has_the_filter_its_switches_and_what_is_usual() -> None:
    assert (FRESH.text, FRESH.name, FRESH.options) == ("gpu:4090 n=1", "gpu:4090 n=1", OPTIONS)
    assert new_watch("a", "", OPTIONS, NOW).name == "every offer"
    assert len(new_watch("a", "x" * 90, OPTIONS, NOW).name) == 32
    assert read().watch == FRESH
    assert typed_from(FRESH) == WatchTyped(name="gpu:4090 n=1")


def test_another_price_rule_or_end_begins_anew_and_another_name_does_not() -> None:
    assert read(name="cheap").watch.began == NOW
    for typed in ({"limit": "$0.26"}, {"ends": "hit"}, {"rings": "below", "limit": "1"}):
        assert read(**typed).watch.began == NOW + 60
    assert read(limit="$0.26").watch.limit == 0.26


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "  "), ("limit", "x"), ("limit", "0"), ("limit", "-1"), ("limit", "nan"),
        ("limit", "1e9"), ("every", "59"), ("every", ""), ("every", "inf"), ("every", "1e9"),
        ("command", "say 'open"), ("command", "@"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(field: str, text: str) -> None:
    reading = read(**{field: text})
    assert list(reading.wrong) == [field]
    assert reading.watch == FRESH


def test_days_count_only_where_they_end_it_and_a_price_is_needed_to_fall_to_it() -> None:
    assert read(days="x").wrong == {}
    assert list(read(days="0", ends="days").wrong) == ["days"]
    assert read(days="2.5", ends="days").watch.days == 2.5
    assert list(read(rings="below").wrong) == ["limit"]


def test_read_only_mode_runs_no_command() -> None:
    typed = replace(typed_from(FRESH), command="true")
    wrong = read_watch(typed, FRESH, NOW, read_only=True).wrong
    assert wrong == {"command": "No command is run in read-only mode."}


def test_the_command_watches_the_same() -> None:
    switches = "--type bid --hosts datacenter --disk 60 --down 50 --up 5 --hours 8"
    assert command_line(structs.replace(FRESH, limit=0.26, text="$(id) n=1")) == (
        f"vasttui watch '$(id) n=1' --max-price 0.26 {switches}"
    )
    assert (
        command_line(structs.replace(FRESH, text="-cc:CN")) == f"vasttui watch ' -cc:CN' {switches}"
    )
    ends = structs.replace(FRESH, every=90.0, ends="days", command="@~/bin/grab.sh {id}")
    assert command_line(ends).endswith(" --every 90 --timeout 259200 --exec '@~/bin/grab.sh {id}'")
    assert command_line(structs.replace(FRESH, ends="hit")).endswith(" --once")
    assert option_words(OPTIONS) == "bid, datacenter, 60 GB, 50↓ 5↑ GB, 8 h"
    assert option_words(SearchOptions(trust="any")) == "on-demand, any host, 10 GB, 8 h"


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ([(1.173, 1), (1.9, 1)], ""),
        ([(1.173, 1), (2.198, 2)], "The lowest per GPU is 1.099: 2.198 for an offer with 2 GPUs"),
        ([(0.5, 1), (1.2, 2)], "The lowest per GPU is 0.500: 0.500 for an offer with 1 GPU"),
    ],
)
def test_the_lowest_per_gpu_is_told_as_the_limit_is_for_an_offer(
    prices: list[tuple[float, int]], words: str
) -> None:
    offers = [offer(1, price, num_gpus=gpus) for price, gpus in prices]
    rows = price_offers(offers, Usage(disk=0.0, hours=1.0), "on-demand")
    assert lowest_each(rows, whole=True) == words
