"""What the ends of copies are called, and what a typed name stands for."""

from __future__ import annotations

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from vasttui.models.account import Connection
from vasttui.models.data_transfer import End, Kind
from vasttui.models.transfer_checks import Place
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.ui.transfers.names import Known, find, known, name_of, typed_name


def row(number: int, label: str) -> FleetRow:
    found = fleet_row(id=number)
    return structs.replace(found, instance=replace(found.instance, label=label))


FLEET = Fleet(
    rows=(row(1, "train"), row(2, "twin"), row(3, "twin"), row(4, "[b]x[/")),
    volumes=(Volume(id=9, label="models"),),
)
CLOUDS = (
    Connection(id="1811", name="lab", cloud_type="s3"),
    Connection(id="1905"),
    Connection(id="no-number", name="odd"),
)


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("instance", "train", 1), ("instance", " TRAIN ", 1), ("instance", "C.2", 2),
        ("instance", "3", 3), ("instance", "[b]x[/", 4), ("volume", "models", 9),
        ("volume", "V.9", 9), ("backup", "77", 77), ("backup", "vast.77", 77), ("here", "", 0),
        ("cloud", "lab", 1811), ("cloud", "1905", 1905), ("cloud", "cloud 1905", 1905),
    ],
)  # fmt: skip
def test_a_name_or_an_id_is_found(kind: Kind, text: str, number: int) -> None:
    found = find(FLEET, kind, text, CLOUDS)
    assert isinstance(found, Known)
    assert (found.kind, found.id) == (kind, number)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("instance", "", "Type its name or id"), ("instance", "twin", "2 are called twin"),
        ("instance", "models", "No instance is called models."), ("volume", "8", "No volume"),
        ("backup", "x", "The id of the instance"), ("cloud", "odd", "No cloud is called odd."),
        ("instance", "\u0661", "No instance"), ("instance", "9" * 30, "No instance"),
    ],
)  # fmt: skip
def test_what_stands_for_nothing_says_why(kind: Kind, text: str, words: str) -> None:
    found = find(FLEET, kind, text, CLOUDS)
    assert isinstance(found, str)
    assert words in found


@pytest.mark.parametrize(
    ("kind", "number", "name", "typed"),
    [
        ("instance", 1, "train", "train"), ("instance", 2, "twin", "2"), ("instance", 7, "7", "7"),
        ("volume", 9, "models (volume)", "models"), ("volume", 8, "V.8 (volume)", "8"),
        ("backup", 77, "backup of 77", "77"), ("here", 0, "this computer", ""),
        ("cloud", 1811, "lab (s3)", "lab"), ("cloud", 5, "5 (cloud)", "5"),
    ],
)  # fmt: skip
def test_an_end_has_a_name_and_what_to_type_for_it(
    kind: Kind, number: int, name: str, typed: str
) -> None:
    end = End(kind, number, "/")
    assert name_of(end, FLEET, CLOUDS) == name
    assert typed_name(end, FLEET, CLOUDS) == typed


def test_a_connection_that_was_not_read_is_called_as_it_was() -> None:
    assert name_of(End("cloud", 5, "x", "s3", "lab"), FLEET) == "lab (s3)"
    assert Known("cloud", 5, Place(name="lab"), "s3", "s3").end("x").name == "lab"


def test_a_connection_whose_id_is_no_number_is_not_offered() -> None:
    assert [one.id for one in known(FLEET, "cloud", CLOUDS)] == [1811, 1905]
