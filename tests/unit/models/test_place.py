"""The country in the text that says where a machine stands."""

from __future__ import annotations

import pytest

from tests.support.offer_rows import row
from vasttui.models.instance import Instance
from vasttui.models.place import country_of
from vasttui.query.shown import COUNTRIES


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("Sweden, SE", "SE"),
        (", CN", "CN"),
        ("US", "US"),
        ("Somewhere, se", ""),
        ("Sector A1", ""),
        ("Länd, ÄÖ", ""),
        ("X", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_offers_instances_and_the_filter_read_the_same_country(
    place: str | None, country: str
) -> None:
    assert country_of(place) == country
    assert row(geolocation=place).offer.country == country
    assert Instance(id=1, geolocation=place).country == country
    assert COUNTRIES[place] == (country or None)
