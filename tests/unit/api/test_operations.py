"""The table of requests."""

from __future__ import annotations

from vasttui.api.operations import OPERATIONS, Operation


def test_nothing_is_a_read_or_repeatable_unless_it_says_so() -> None:
    unsaid = Operation(name="x", method="PUT", path="/x/")
    assert not unsaid.reads
    assert not unsaid.repeat
    assert unsaid.key == "needed"


def test_whatever_may_be_repeated_changes_nothing() -> None:
    assert [one.name for one in OPERATIONS.values() if one.repeat and not one.reads] == []


def test_whatever_is_no_get_and_yet_a_read_is_known_by_name() -> None:
    odd = [one.name for one in OPERATIONS.values() if one.reads and one.method != "GET"]
    assert odd == ["search"]


def test_the_documented_places_limits_and_times() -> None:
    search = OPERATIONS["search"]
    assert (search.method, search.target) == ("POST", "/api/v0/bundles/")
    assert search.burst / (search.interval * search.burst) * 60 == 10  # per minute
    assert OPERATIONS["account"].target == "/api/v0/users/current"
    assert OPERATIONS["account"].deadline == 15
    assert OPERATIONS["templates"].interval == 3


def test_the_public_catalogues_are_asked_without_the_key() -> None:
    kept = {one.name for one in OPERATIONS.values() if one.key == "kept"}
    assert kept == {"gpu_names", "gpu_types"}
