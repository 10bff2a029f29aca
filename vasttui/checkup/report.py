"""The words of a checkup, and a report that can be shared: names and types, no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vasttui import __version__
from vasttui.checkup.check import Result
from vasttui.checkup.reads import NOT_ASKED
from vasttui.words import plural

_WIDE = 34


def lines_of(result: Result) -> Iterator[str]:
    """What a read gave, in words: `✓ offers  64 rows, as expected`."""
    sign = "✖" if result.is_harmful else "✓" if result.rows and not result.differences else "·"
    yield f"{sign} {result.read.about:<{_WIDE}} {_outcome(result)}"
    for one in result.differences:
        said = f": {one.said}" if one.said else ""
        yield f"  {'':<{_WIDE}} {'✖' if one.harmful else '·'} {one.sentence}{said}"


def _outcome(result: Result) -> str:
    if result.unread:
        return result.unread
    rows = "" if result.rows is None else plural(result.rows, "row")
    if not result.types and not result.differences and result.rows:
        return "as expected"
    if result.rows == 0:
        return "no row: its fields could not be compared"
    harmful = sum(one.harmful for one in result.differences)
    if harmful:
        return ", ".join(filter(None, (rows, f"{plural(harmful, 'thing')} that vasttui needs")))
    return f"{rows}, " + ("readable" if result.differences else "as expected")


def summary(results: Sequence[Result]) -> str:
    """One sentence for all of them."""
    harmful = [one for one in results if one.is_harmful]
    compared = [one for one in results if one.rows]
    other = sum(bool(one.differences) for one in compared if not one.is_harmful)
    asked = f"{len(compared)} of {len(results)} kinds of answers could be compared"
    if not harmful and not other:
        return f"{asked}: all as expected."
    parts = [
        f"{plural(len(harmful), 'kind')} with something wrong" if harmful else "nothing wrong",
        f"{plural(other, 'kind')} with something new" if other else "",
    ]
    return f"{asked}: {', '.join(filter(None, parts))}."


def report(results: Iterable[Result], service: str) -> Iterator[str]:
    """The lines of a report: names of fields, their types, what differs. `service` is "Vast.ai",
    "the simulator" or "another service"."""
    yield f"vasttui {__version__}: what {service} answers, as names and types."
    yield "It holds no value, no id, no address and no key."
    for result in results:
        yield ""
        yield f"{result.read.name}: {'not read' if result.unread else 'read'}"
        for one in result.differences:
            yield f"  ! {one.sentence}" if one.harmful else f"  ~ {one.sentence}"
        for name, types in result.types.items():
            yield f"  {name}: {', '.join(types)}"
    yield ""
    for name, why in NOT_ASKED.items():
        yield f"{name}: not asked, {why}"
