"""The price in the rent dialog, and when it has to be agreed to again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from tests.ui.rent.test_form import OFFER
from vasttui.ui.rent.quote import Quote
from vasttui.ui.rent.typed import BID, DIRECT, PROXY, Typed

TYPED = Typed(disk="100")


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        (TYPED, 0.5),
        (replace(TYPED, rental=BID), 0.3),
        (replace(TYPED, rental=BID, bid="0.25"), 0.35),
    ],
)
def test_the_price_is_that_of_gpu_or_bid_and_disk(typed: Typed, price: float) -> None:
    assert Quote(OFFER).price(typed) == pytest.approx(price, abs=2e-3)


@pytest.mark.parametrize(
    ("more", "asks"), [(0.0004, False), (-0.0004, False), (0.0006, True), (-0.01, True)]
)
def test_a_price_that_moved_has_to_be_agreed_to_again(more: float, asks: bool) -> None:
    quote = Quote(OFFER, problem="not checked")
    changes = quote.renew(structs.replace(OFFER, dph_base=OFFER.dph_base + more), 7.0, TYPED)
    assert bool(changes) is asks
    assert quote.price(TYPED) == pytest.approx(0.5 + more)
    assert (quote.checked, quote.problem) == (7.0, "")


def test_everything_that_got_worse_is_named_beside_the_price() -> None:
    quote = Quote(OFFER)
    now = structs.replace(OFFER, gpu_name="RTX 5060 Ti", num_gpus=1, dph_base=0.3)
    price, gpu = quote.renew(now, 7.0, TYPED)
    assert price == "The price changed from $0.500/h to $0.400/h."
    assert gpu == "Changed since it was shown: GPU 2× RTX 4090 → 1× RTX 5060 Ti."
    assert quote.renew(now, 8.0, TYPED) == ()


@pytest.mark.parametrize(
    ("way", "ports", "left", "asks"),
    [
        (DIRECT, "", 0, True),
        (DIRECT, "8080", 2, False),
        (DIRECT, "8080", 1, True),
        (PROXY, "", 0, False),
    ],
)
def test_ports_count_as_far_as_the_direct_connection_needs_them(
    way: str, ports: str, left: int, asks: bool
) -> None:
    quote = Quote(OFFER)
    typed = replace(TYPED, way=way, ports=ports)
    changes = quote.renew(structs.replace(OFFER, direct_port_count=left), 7.0, typed)
    wanted = "Changed since it was shown: Connection direct → through Vast.ai's proxy."
    assert changes == ((wanted,) if asks else ())


@pytest.mark.parametrize(
    ("ports", "left", "marked"),
    [("", 0, []), ("8080", 0, ["ports"]), ("8080 81", 1, ["ports"]), ("8080", 1, []),
     ("8080", None, []), ("no port", 0, [])],
)  # fmt: skip
def test_ports_that_the_host_cannot_open_are_marked_while_they_are_typed(
    ports: str, left: int | None, marked: list[str]
) -> None:
    quote = Quote(structs.replace(OFFER, direct_port_count=left))
    assert quote.beyond(replace(TYPED, way=PROXY, ports=ports)) == marked


ROOMY = structs.replace(OFFER, avail_vol_ask_id=42, avail_vol_size=300.0, avail_vol_dph=0.0005)
WITH_NEW = replace(TYPED, volume="new weights 200:/data")


def test_a_new_volume_is_part_of_the_price_and_one_that_exists_is_not() -> None:
    assert Quote(ROOMY).price(WITH_NEW) == pytest.approx(0.6, abs=2e-3)
    assert Quote(ROOMY).volume_price(WITH_NEW) == pytest.approx(0.1)
    assert Quote(ROOMY).price(replace(TYPED, volume="881:/data")) == Quote(ROOMY).price(TYPED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"avail_vol_dph": 0.0006},
         ("The price changed from $0.600/h to $0.620/h.",
          "Changed since it was shown: New volume $0.100/h → $0.120/h.")),
        ({"avail_vol_dph": 0.0004}, ("The price changed from $0.600/h to $0.580/h.",)),
        ({"avail_vol_size": 199.0},
         ("Changed since it was shown: Room for the volume yes → no.",)),
        ({"avail_vol_size": 250.0}, ()),
    ],
)  # fmt: skip
def test_what_became_of_the_new_volume_has_to_be_agreed_to_again(
    changes: dict[str, float], words: tuple[str, ...]
) -> None:
    quote = Quote(ROOMY)
    assert quote.renew(structs.replace(ROOMY, **changes), 7.0, WITH_NEW) == words
    without = Quote(ROOMY)
    assert without.renew(structs.replace(ROOMY, **changes), 7.0, TYPED) == ()
