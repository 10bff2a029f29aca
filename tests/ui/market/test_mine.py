"""What the user had of a GPU model."""

from __future__ import annotations

from msgspec.structs import replace

from vasttui.models.machine_memory import MachineMark, MachinesKnown, OwnRental
from vasttui.ui.format import day_words
from vasttui.ui.market.mine import mine_lines, rentals_of, you

DAY = 86_400.0
RENTALS = {
    4102: (
        OwnRental(instance=1, machine=4102, gpu="RTX 4090", gpus=1, rented=10 * DAY, paid=1.5,
                  ran=True, ready_after=100.0),
        OwnRental(instance=2, machine=4102, gpu="RTX 4090", gpus=2, rented=20 * DAY,
                  ran=True, trouble="stuck", cause="the image could not be pulled"),
    ),
    88: (OwnRental(instance=3, machine=88, gpu="L4", gpus=1, rented=DAY, paid=0.0),),
}  # fmt: skip
KNOWN = MachinesKnown(
    loaded=True, rentals=RENTALS,
    marks={7: MachineMark(starred=1.0), 8: MachineMark(avoided=1.0), 9: MachineMark(avoided=2.0)},
)  # fmt: skip


def test_what_was_paid_is_never_said_to_be_all_where_some_is_unknown() -> None:
    assert you("RTX 4090", KNOWN, {7, 8, 4102}) == (
        "rented 2× on 1 machine for $1.50 or more · 1 went wrong · 1 starred, 1 avoided"
    )
    assert "$" not in you("RTX 4090", KNOWN, (), private=True)
    assert you("L4", KNOWN, (), size=24) == "rented 1× (1 with unknown VRAM) on 1 machine for $0.00"
    assert "$" not in str(mine_lines("RTX 4090", KNOWN, private=True))
    assert you("L4", KNOWN, ()) == "rented 1× on 1 machine for $0.00"
    assert you("H200", KNOWN, ()) == ""
    assert you("H200", KNOWN, {9}) == "1 avoided"


def test_the_cheapest_is_that_of_rentals_whose_price_is_known() -> None:
    model = "RTX 4090"
    [first, second] = RENTALS[4102]
    cheap = replace(first, vram=24, price=0.247, is_bid=True)
    known = replace(KNOWN, rentals={4102: (cheap, second)})
    day = day_words(10 * DAY)
    assert you(model, known, ()).endswith(f" · cheapest known: 0.247 as spot on {day}")
    assert "0.247" not in you(model, known, (), private=True)
    dear = replace(second, vram=48, price=0.6, is_bid=False)
    known = replace(KNOWN, rentals={4102: (cheap, dear)})
    assert you(model, known, ()).endswith(f" · cheapest you got: 0.247 as spot on {day}")
    never = replace(dear, ran=False, price=0.2)
    assert "0.247" in you(model, replace(KNOWN, rentals={4102: (cheap, never)}), ())
    assert "cheapest" not in you(model, replace(KNOWN, rentals={4102: (never,)}), ())
    of_48 = you(model, known, (), size=48)
    assert of_48 == (
        f"rented 1× on 1 machine · 1 went wrong · cheapest you got: 0.300 on {day_words(20 * DAY)}"
    )
    assert [one.vram for one in rentals_of(model, known, 24)] == [24]
    assert "was of this model with 80 GB, as far as" in mine_lines(model, known, size=80)[0][1]
    [(_, told)] = mine_lines(model, known, size=24)
    assert told == ("1× on machine 4102 · ready in 1m40s · $0.247/h per GPU as spot · paid $1.50")
    assert "0.247" not in str(mine_lines(model, known, private=True))


def test_each_rental_the_newest_first() -> None:
    assert [one.instance for one in rentals_of("RTX 4090", KNOWN)] == [2, 1]
    assert [text for _, text in mine_lines("RTX 4090", KNOWN)] == [
        "2× on machine 4102 · went wrong: the image could not be pulled",
        "1× on machine 4102 · ready in 1m40s · paid $1.50",
    ]
    assert "as far as this computer knows" in mine_lines("H200", KNOWN)[0][1]
    assert mine_lines("H200", MachinesKnown()) == [("Mine", "not read yet")]
