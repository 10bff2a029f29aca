"""Decodes charges, invoices and earnings. One unreadable amount is unknown, and no row is lost for
it: who adds them up must say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vasttui.models.billing import Charge, DayCharges, Earned, Earnings, mills_of, with_figures
from vasttui.models.decode_account import moment
from vasttui.models.decode_fields import RowDecoder
from vasttui.models.invoice import Invoice
from vasttui.text import clean

_WORDS_CAP = 200
_NAMELESS = "other"
_PARTS = {"gpu": "gpu", "disk": "disk", "bwd": "down", "bwu": "up"}
"""The service's names of the parts, and ours."""


def charge_of_day(row: object, day: int) -> Charge | None:
    """The charge in a row of that day; None if it is none. Without a readable name it is a charge
    all the same."""
    if not isinstance(row, dict):
        return None
    source = _text(row.get("source")) or _text(row.get("type")) or _NAMELESS
    facts = row.get("metadata")
    known: Mapping[str, object] = facts if isinstance(facts, dict) else {}
    amounts, words = _parts(row.get("items"))
    charge = Charge(
        day, source, mills_of(row.get("amount")), _text(known.get("label")),
        _whole(known.get("template_id")), _whole(known.get("endpoint_id")),
        _whole(known.get("workergroup_id")),
        start=_seconds(row.get("start")), end=_seconds(row.get("end")),
        **amounts, texts="\n".join((_text(row.get("description"), _WORDS_CAP), *words.values())),
    )  # fmt: skip
    return with_figures(charge)


def day_from(rows: Sequence[object], day: int, expected: int, read_at: float) -> DayCharges:
    """The charges in the rows of that day, read at `read_at` (epoch seconds); there should be
    `expected` rows, 0: it is not said how many. A contract has one row a day: of two the later is
    right, as pages may overlap while rows are added, and then another row is missing."""
    found: dict[str | int, Charge] = {}
    for place, row in enumerate(rows):
        charge = charge_of_day(row, day)
        if charge is not None:
            found[place if charge.id is None else charge.source] = charge
    lost = max(0, (expected or len(rows)) - len(found))
    return DayCharges(day, tuple(found.values()), lost, read_at)


def invoice_from(row: object) -> Invoice | None:
    """An invoice; None if it is none."""
    if not isinstance(row, dict):
        return None
    facts = row.get("metadata")
    known: Mapping[str, object] = facts if isinstance(facts, dict) else {}
    ours = {
        "id": _whole(known.get("invoice_id")), "service": _text(known.get("service")),
        "start": _moment(row.get("start")), "end": _moment(row.get("end")),
    }  # fmt: skip
    return _invoice.readable({**row, **ours})


def earnings_from(document: object) -> Earnings:
    """What a host earned; what cannot be read is unknown."""
    answer: Mapping[str, object] = document if isinstance(document, dict) else {}
    machines, lost = _earned_by("machine_id", answer.get("per_machine"))
    days, lost_days = _earned_by("day", answer.get("per_day"))
    summary, current = answer.get("summary"), answer.get("current")
    now: Mapping[str, object] = current if isinstance(current, dict) else {}
    return Earnings(
        machines, days, _earned(summary, ("total_gpu", "total_stor", "total_bwd", "total_bwu")),
        mills_of(now.get("balance")), mills_of(now.get("service_fee")), lost + lost_days,
    )  # fmt: skip


def _earned_by(name: str, rows: object) -> tuple[tuple[tuple[int, Earned], ...], int]:
    """What was earned by the number in that field, and how many rows have none."""
    if not isinstance(rows, list):
        return (), 1
    numbers = [_whole(row.get(name)) if isinstance(row, dict) else None for row in rows]
    names = ("gpu_earn", "sto_earn", "bwd_earn", "bwu_earn")
    found = tuple(
        (number, _earned(row, names))
        for number, row in zip(numbers, rows, strict=True)
        if number is not None
    )
    return found, len(rows) - len(found)


def _earned(row: object, names: tuple[str, str, str, str]) -> Earned:
    fields: Mapping[str, object] = row if isinstance(row, dict) else {}
    return Earned(*(mills_of(fields.get(name)) for name in names))


def _parts(items: object) -> tuple[dict[str, int | None], dict[str, str]]:
    """Mills and words by part; the items of one part are added up."""
    amounts: dict[str, int | None] = dict.fromkeys(_PARTS.values())
    words = dict.fromkeys(_PARTS.values(), "")
    seen: set[str] = set()
    for item in items if isinstance(items, list) else ():
        kind = item.get("type") if isinstance(item, dict) else None
        name = _PARTS.get(kind) if isinstance(kind, str) else None
        if name is None or not isinstance(item, dict):
            continue
        amount, before = mills_of(item.get("amount")), amounts[name]
        if name in seen:
            amount = None if amount is None or before is None else before + amount
        text = _text(item.get("description"), _WORDS_CAP)
        words[name] = text if not words[name] else f"{words[name]}; {text}"
        amounts[name] = amount
        seen.add(name)
    return amounts, words


def _text(value: object, cap: int = 128) -> str:
    return clean(value, cap) if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 < value < 2**63 else None


def _moment(value: object) -> float | None:
    try:
        return moment(value)
    except ValueError:
        return None


def _seconds(value: object) -> int | None:
    found = _moment(value)
    return None if found is None else int(found)


_invoice = RowDecoder(Invoice, {})
