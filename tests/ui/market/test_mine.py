"""What the user had of a GPU model."""

from __future__ import annotations

from vasttui.models.machine_memory import MachineMark, MachinesKnown, OwnRental
from vasttui.ui.market.mine import mine_lines, rentals_of, you

DAY = 86_400.0
RENTALS = {
    4102: (
        OwnRental(instance=1, machine=4102, gpu="RTX 4090", gpus=1, rented=10 * DAY, paid=1.5,
                  ready_after=100.0),
        OwnRental(instance=2, machine=4102, gpu="RTX 4090", gpus=2, rented=20 * DAY,
                  trouble="stuck", cause="the image could not be pulled"),
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
    assert you("L4", KNOWN, (), several=True).startswith("rented 1× with any VRAM on 1 machine")
    assert "$" not in str(mine_lines("RTX 4090", KNOWN, private=True))
    assert you("L4", KNOWN, ()) == "rented 1× on 1 machine for $0.00"
    assert you("H200", KNOWN, ()) == ""
    assert you("H200", KNOWN, {9}) == "1 avoided"


def test_each_rental_the_newest_first() -> None:
    assert [one.instance for one in rentals_of("RTX 4090", KNOWN)] == [2, 1]
    assert [text for _, text in mine_lines("RTX 4090", KNOWN)] == [
        "2× on machine 4102 · went wrong: the image could not be pulled",
        "1× on machine 4102 · ready in 1m40s · paid $1.50",
    ]
    assert "as far as this computer knows" in mine_lines("H200", KNOWN)[0][1]
    assert mine_lines("H200", MachinesKnown()) == [("Mine", "not read yet")]
