"""The columns of the market by model, without a screen."""

from __future__ import annotations

import pytest

from tests.support.offer_rows import PLAIN
from vasttui.lists.columns import Column
from vasttui.lists.market_rows import ModelRow
from vasttui.models.market_overview import ModelFigures, Prices
from vasttui.models.model_history import ModelHistory
from vasttui.models.past_price import DayPrices
from vasttui.services.overview.book import Known
from vasttui.ui.market.columns import MarketCells

NOW = 10_000.0
FIGURES = ModelFigures(
    offers=1_131, gpus=412, machines=118, priced=131,
    prices=Prices(0.262, 0.318, 0.384, 0.452, 0.538), spot=Prices(0.141, 0.15, 0.198, 0.2, 0.3),
    value=373.4, flops=251.7, reliability=(0.978, 0.998),
    countries=(("US", 128), ("DE", 45), ("", 239)), in_datacenter=103, discount=0.4, cheapest=PLAIN,
)  # fmt: skip
PART = ModelFigures(
    offers=64, gpus=402, machines=9, prices=Prices(1.472, 1.842, 1.842, 1.842, 1.842),
    spot=Prices(0.921, 0.921, 0.921, 0.921, 0.921), value=118.0, flops=50.0,
    reliability=(0.99, 0.99), whole=False, floor=1.0,
)  # fmt: skip
DAYS = tuple(
    DayPrices(100 - ago, 0.2, 0.3, price, 0.5, 0.6, 10, 12, 2, None, None, whole=True)
    for ago, price in ((8, 0.40), (6, 0.42), (5, 0.40), (3, 0.40), (0, 0.30))
)
ROW = ModelRow("RTX 4090", Known(FIGURES, NOW - 250), 24, ModelHistory(DAYS, 100, 30))


def columns(**how: object) -> dict[str, Column[ModelRow]]:
    cells = MarketCells(lambda: NOW, lambda: ("L40S", "asking in 6s"), **how)  # type: ignore[arg-type]
    return {column.key: column for column in cells.columns()}


COLUMNS = columns()


@pytest.mark.parametrize(
    ("key", "cell", "value", "of_part"),
    [
        ("gpu", "RTX 4090", "RTX 4090", "H100 SXM"), ("vram", "24G", 24, "80G"),
        ("offers", "1,131", 1_131, "64+"), ("gpus", "412", 412, "402+"),
        ("low", "0.262", 0.262, "≤1.472"), ("median", "0.384", 0.384, "≥1.842"),
        ("spot", "0.141", 0.141, "≤0.921"), ("value", "373", 373.4, "≥118"),
        ("rel", "97.8–99.8", 0.978, "99.0"), ("vs", "−25 %", pytest.approx(-25), ""),
        ("seen", "4m", -(NOW - 250), "now"), ("quarter", "0.318", 0.318, "≥1.842"),
        ("three", "0.452", 0.452, "≥1.842"), ("nine", "0.538", 0.538, "≥1.842"),
        ("machines", "118", 118, "9+"), ("countries", "2", 2, "0+"),
        ("dc", "25", 103 / 412, "0"), ("discount", "40", 0.4, "?"),
        ("flops", "252", 251.7, "≥50"),
    ],
)  # fmt: skip
def test_a_cell_its_value_and_what_it_says_of_a_part(
    key: str, cell: str, value: object, of_part: str
) -> None:
    part = ModelRow("H100 SXM", Known(PART, NOW - 3), 80)
    column = COLUMNS[key]
    assert column.cell(ROW)[0] == cell
    assert column.cell(part)[0] == of_part
    assert column.value is not None
    assert column.value(ROW) == value


def test_the_columns_give_way_in_the_order_of_their_ranks() -> None:
    every = list(COLUMNS.values())
    ranked = [one.key for one in sorted(every, key=lambda one: one.rank) if one.rank < 60]
    assert ranked == ["gpu", "median", "low", "offers", "vram", "spot", "vs", "seen", "value",
                      "gpus", "band", "days", "rel"]  # fmt: skip
    assert {one.key for one in every if one.rank >= 60} == {
        "quarter", "three", "nine", "machines", "countries", "dc", "discount", "flops", "place",
    }  # fmt: skip
    large_first = {one.key for one in every if one.best_first}
    assert large_first == {"vram", "offers", "gpus", "value", "rel", "machines", "countries", "dc",
                           "discount", "flops"}  # fmt: skip
    assert {one.key for one in every if one.left} == {"gpu", "band", "days", "place"}
    shown = {one.key: (one.title, one.width) for one in every}
    assert [shown[key] for key in ranked] == [
        ("GPU", 15), ("Median", 7), ("Low", 6), ("Offers", 6), ("VRAM", 4), ("Spot", 6),
        ("vs30d", 5), ("Seen", 4), ("DLP/$", 5), ("GPUs", 5), ("Spread", 17), ("30 days", 12),
        ("Rel", 9),
    ]  # fmt: skip


def test_what_is_not_known_has_no_value() -> None:
    unseen, none = ModelRow("A"), ModelRow("B", Known(ModelFigures(), NOW), 24)
    for key, column in COLUMNS.items():
        if column.value is not None and key not in ("gpu", "vram"):
            assert column.value(unseen) is None, key
        if key not in ("gpu", "vram", "offers", "band", "days", "vs", "seen"):
            assert column.cell(unseen) == ("·", "dim"), key
            assert column.cell(none) == ("-", "dim"), key
    assert COLUMNS["offers"].cell(none) == ("0", "dim")
    assert COLUMNS["vram"].cell(unseen)[0] == "·"
    gone = ModelRow("A", Known(ModelFigures(), NOW))
    assert [COLUMNS[key].cell(gone)[0] for key in ("vram", "offers", "gpus")] == ["?", "0", "-"]
    heading = ModelRow("", group="0", heading="80 GB and more")
    assert {column.cell(heading)[0] for column in COLUMNS.values()} == {""}
    empty = COLUMNS["dc"].value
    assert empty is not None
    assert empty(none) is None


def test_colour_an_hour_and_the_model_that_is_asked_for_next() -> None:
    assert COLUMNS["median"].cell(ROW)[1] == "good"
    assert COLUMNS["low"].cell(ROW)[1] == ""
    assert COLUMNS["vs"].cell(ROW)[1] == "good", "cheaper"
    for old, style in ((3_599, "good"), (3_600, "dim")):
        aged = ModelRow("A", Known(FIGURES, NOW - old), 24)
        assert COLUMNS["median"].cell(aged)[1] == style
    following = ModelRow("L40S")
    assert COLUMNS["seen"].cell(following) == ("next", "dim")
    assert COLUMNS["band"].cell(following) == ("asking in 6s".rjust(14), "dim")
    assert COLUMNS["band"].cell(ModelRow("A")) == ("", "")
    assert COLUMNS["band"].cell(ROW)[0] == "    ──━━┃━━──    "
    assert columns(plain=True)["band"].cell(ROW)[0] == "    ──━━│━━──    "


def test_sizes_of_a_model_differ_where_the_vram_is_out_of_view() -> None:
    large = ModelRow("RTX 4090", None, 48, several=True)
    assert COLUMNS["gpu"].cell(large)[0] == "RTX 4090"
    hidden = columns(hides_vram=lambda: True)["gpu"]
    assert (hidden.cell(large)[0], hidden.cell(ROW)[0]) == ("RTX 4090 48G", "RTX 4090")
    assert hidden.most >= len("RTX PRO 6000 WS 96G")
