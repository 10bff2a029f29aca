"""Offers side by side, with the best of each line marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from tests.support.dialogs import HOSTILE, SIZES, opened
from tests.support.offer_rows import NOW, row
from vasttui.lists.compared import Compared, wins
from vasttui.models.money import PricedOffer
from vasttui.ui.format import HIDDEN
from vasttui.ui.keys import Keymap
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.compare import CompareModal
from vasttui.ui.offers.compare_lines import compare

CELLS = OfferCells(lambda: NOW)


def modal(rows: Sequence[PricedOffer], done: list[tuple[str, int]] | None = None) -> CompareModal:
    async def act(action_id: str, row: PricedOffer) -> None:
        if done is not None:
            done.append((action_id, row.offer.id))

    return CompareModal(rows, CELLS, Keymap(), act)


def lines(*rows: PricedOffer) -> dict[str, Compared]:
    return {line.title: line for line in compare(rows, CELLS)}


def test_the_cheapest_and_the_fastest_are_best() -> None:
    found = lines(row(dph_base=0.3, inet_down=100.0), row(dph_base=0.2, inet_down=900.0))
    assert found["$/h"].best == {1}
    assert found["download Mb/s"].texts == ("100", "900")
    assert found["download Mb/s"].best == {1}


def test_what_is_unknown_is_never_best() -> None:
    found = lines(row(inet_down_cost=None), row(inet_down_cost=0.5), row(reliability=None))
    assert found["traffic ↓ $/GB"].best == {2}
    assert found["eff$/h, all-in"].texts[0] == "?"
    assert 0 not in found["eff$/h, all-in"].best
    assert found["reliability %"].best == {0, 1}


def test_a_line_that_nobody_knows_has_no_best() -> None:
    found = lines(row(dlperf=None), row(dlperf=None))
    assert found["DLPerf"].best == frozenset()
    assert found["DLPerf"].texts == ("?", "?")


def test_zero_was_never_measured() -> None:
    found = lines(row(dlperf=0.0, inet_down=0.0, end_date=0.0), row(dlperf=0.0, inet_down=90.0))
    assert found["DLPerf"] == Compared("DLPerf", ("?", "?"))
    assert found["download Mb/s"] == Compared("download Mb/s", ("?", "90"), frozenset({1}))
    assert found["contract ends in"].texts[0] == "?"
    assert lines(row(direct_port_count=0), row())["ports"].texts[0] == "0"


def test_ties_are_all_marked_and_so_is_what_reads_the_same() -> None:
    found = lines(row(dph_base=0.30001), row(dph_base=0.30002), row(dph_base=0.4))
    assert found["GPU $/h each"].best == {0, 1}


def test_prices_are_compared_per_gpu() -> None:
    found = lines(row(num_gpus=4, dph_base=0.8), row(num_gpus=1, dph_base=0.3))
    assert found["GPU $/h each"].texts == ("0.200", "0.300")
    assert found["GPU $/h each"].best == {0}
    assert found["$/h"].best == {1}


@pytest.mark.parametrize("title", ["offer", "machine", "host", "country", "CPU", "GPUs", "flags"])
def test_who_an_offer_is_has_no_best(title: str) -> None:
    assert lines(row(), row(id=2, machine_id=3))[title].best == frozenset()


def test_wins_leave_out_what_is_alike() -> None:
    alike = Compared("a", ("1", "1"), frozenset({0, 1}))
    assert wins([alike, Compared("b", ("1", "2"), frozenset({1})), Compared("c", ("", ""))], 2) == [
        0,
        1,
    ]


def test_privacy_hides_who_it_is() -> None:
    cells = OfferCells(lambda: NOW)
    cells.private = True
    found = {line.title: line for line in compare([row(), row()], cells)}
    for title in ("offer", "machine", "host"):
        assert found[title].texts == (HIDDEN, HIDDEN)


async def test_shows_the_offers_and_their_wins() -> None:
    rows = [row(dph_base=0.3), row(gpu_name="H100 SXM", dph_base=0.2)]
    async with opened(modal(rows)) as seen:
        head = next(line for line in seen.lines if "A RTX 4090" in line)
        assert "B H100 SXM" in head
        price = next(line for line in seen.lines if "GPU $/h each" in line)
        assert price.index("0.300") < price.index("★ 0.200")
        assert "★ 0.300" not in price
        assert "Best in  A 0   B 4" in seen.text
        await seen.press("q")
        assert seen.results == [None]


async def test_the_wins_stand_in_whole_words() -> None:
    rows = [row(id=at, dph_base=at / 10) for at in range(1, 5)]
    async with opened(modal(rows)) as seen:
        for width, end in (
            (120, "tie are not counted)"), (70, "(not where all tie)"), (60, "rows"),
        ):  # fmt: skip
            await seen.again(modal(rows), (width, 20))
            (foot,) = [line for line in seen.lines if "Best in" in line]
            assert foot.rstrip(" │").endswith(end), width


async def test_columns_stand_below_their_heads() -> None:
    rows = [row(id=at, gpu_name=f"GPU{at}") for at in range(1, 5)]
    async with opened(modal(rows), (80, 24)) as seen:
        head = next(line for line in seen.lines if "A GPU1" in line)
        table = next(line for line in seen.lines if "CUDA" in line)
        for at, _ in enumerate(rows[:3]):
            end = head.index(f"GPU{at + 1}") + 4
            assert table[end - 4 : end] == "12.8"


async def test_arrows_reach_the_offers_that_do_not_fit() -> None:
    rows = [row(id=at, gpu_name=f"GPU{at}") for at in range(1, 5)]
    async with opened(modal(rows), (80, 24)) as seen:
        assert "+1 offer ›" in seen.text
        assert "GPU4" not in seen.text
        await seen.press("right", "right", "right")
        assert "D GPU4" in seen.text
        assert "A GPU1" not in seen.text
        await seen.press("left")
        assert "A GPU1" in seen.text


async def test_keys_are_for_the_chosen_offer() -> None:
    rows = [row(id=at, gpu_name=f"GPU{at}") for at in range(1, 4)]
    done: list[tuple[str, int]] = []
    async with opened(modal(rows, done), (120, 36)) as seen:
        await seen.press("y", "right", "*", "right", "right", "B", "left", "y")
        assert done == [
            ("offers.copy", 1), ("machine.star", 2), ("machine.avoid", 3), ("offers.copy", 2),
        ]  # fmt: skip
        assert seen.results == []
        await seen.press("n")
        assert seen.results == ["offers.rent"]


async def test_no_text_is_markup() -> None:
    async with opened(modal([row(), row()])) as seen:
        for size, texts in product(SIZES, (HOSTILE[:4], HOSTILE[3:])):
            rows = [
                row(gpu_name=text, verification=text, cpu_name=text, geolocation=text)
                for text in texts
            ]
            await seen.again(modal(rows), size)
            assert f"A {texts[0]}"[:10] in seen.text, (size, texts)
            assert "esc close" in seen.text, (size, texts)
            await seen.press("end", "right")
            assert seen.app.is_running, (size, texts)
