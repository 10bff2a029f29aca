"""Charges and invoices for other programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.support.source import ROOT
from vasttui.lists.billing_export import charges_csv, charges_json, invoices_csv, invoices_json
from vasttui.models.billing import Charge, with_figures
from vasttui.models.invoice import Invoice

TEXTS = "Instance 7 Charges\n2.000 hours at $0.056/hour\n24.000 hours\n0.0 GB Down\n1.5 GB Up"
CHARGE = with_figures(
    Charge(20_682, "instance-7", 123, "my-label", gpu=112, disk=11, down=0, up=0, texts=TEXTS)
)
OPEN = Charge(20_683, "volume-3", None)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_charges() -> None:
    text = charges_csv((CHARGE, OPEN), {7: "RTX 4090"})
    first, second = lines(text)
    assert first == {
        "day": "2026-08-17", "kind": "instance", "id": "7", "label": "my-label",
        "total_usd": "0.123", "gpu_usd": "0.112", "disk_usd": "0.011", "download_usd": "0.000",
        "upload_usd": "0.000", "gpu_hours": "2.0", "gpu_per_hour": "0.056", "download_gb": "0.0",
        "upload_gb": "1.5", "template_id": "", "endpoint_id": "", "workergroup_id": "",
        "description": "Instance 7 Charges", "gpu": "RTX 4090",
    }  # fmt: skip
    assert (second["day"], second["kind"], second["total_usd"]) == ("2026-08-18", "volume", "")
    rows = json.loads(charges_json((CHARGE, OPEN), {}))
    assert list(rows[0]) == list(first)
    assert (rows[0]["total_usd"], rows[0]["id"], rows[0]["gpu"]) == (0.123, 7, None)
    assert (rows[1]["total_usd"], rows[1]["label"]) == (None, None)
    assert charges_csv((), {}).count("\n") == 1
    assert json.loads(charges_json((), {})) == []


def test_invoices_are_on_the_side_that_a_person_expects() -> None:
    paid = Invoice(id=1, type="credit", amount=-25.5, source="stripe", start=0.0, end=61.5)
    given = Invoice(id=2, type="transfer", amount=3.0, source="me@example.com", start=0.0)
    unread = Invoice(id=None)
    text = invoices_csv((paid, given, unread), ("me@example.com",))
    first, second, third = lines(text)
    assert first == {
        "created": "1970-01-01T00:00:00Z", "paid": "1970-01-01T00:01:01Z", "type": "credit",
        "in_usd": "25.500", "out_usd": "", "source": "stripe", "description": "", "service": "",
        "invoice_id": "1",
    }  # fmt: skip
    assert (second["in_usd"], second["out_usd"], second["paid"]) == ("", "3.000", "")
    assert set(third.values()) == {""}
    rows = json.loads(invoices_json((paid, given, unread), ()))
    assert list(rows[0]) == list(first)
    assert (rows[0]["in_usd"], rows[1]["out_usd"], rows[2]["out_usd"]) == (25.5, 3.0, None)


def test_the_readme_names_every_column() -> None:
    _, _, section = (ROOT / "README.md").read_text().partition("### Charges and invoices as files")
    section = section.partition("\n## ")[0]
    for text in (charges_csv((), {}), invoices_csv((), ())):
        for name in text.strip().split(","):
            assert f"`{name}`" in section


@pytest.mark.parametrize(
    ("label", "cell"),
    [("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("@x", "'@x"), ("-cmd", "'-cmd"), ("a=b", "a=b"),
     ("-1+cmd|'/C calc'!A0", "'-1+cmd|'/C calc'!A0"), ("-5", "-5"), ("-$5.00", "-$5.00"),
     ('a"b, c', 'a"b, c')],
)  # fmt: skip
def test_no_cell_is_a_formula(label: str, cell: str) -> None:
    assert lines(charges_csv((CHARGE._replace(label=label),), {}))[0]["label"] == cell
    invoice = Invoice(id=1, description=label)
    assert lines(invoices_csv((invoice,), ()))[0]["description"] == cell


def test_money_that_went_back_is_a_number() -> None:
    assert lines(charges_csv((CHARGE._replace(amount=-1_500),), {}))[0]["total_usd"] == "-1.500"
