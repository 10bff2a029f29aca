"""What is remembered of a machine, and what others say of it, in lines and in a few signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from textual.content import Content

from vasttui.errors import PermissionDenied
from vasttui.models.machine_memory import NEVER, MachinesKnown, OwnRental
from vasttui.models.machine_record import Benchmark, Report
from vasttui.services.memory.told import Told
from vasttui.ui.format import HIDDEN, age, day_words, decimal, plain_number
from vasttui.ui.lists.facts import fact_line
from vasttui.ui.lists.machine_words import price_words, ready_words
from vasttui.words import UNKNOWN, money, plural

NOT_READ = "The memory of this computer is not read yet."
NEW = "This machine is new to you: nothing is remembered about it."
NO_RENTAL = "No rental of yours here is known on this computer."
NO_REPORTS = "No reports by other renters."
NOT_ASKED = "Reports are asked for when this tab is open (one request a machine)."
NO_RIGHT = "This key may not read reports (it lacks machine_read)."
NO_BENCHMARK = "No benchmark is stored for this machine."
_KINDS = {"stuck": "stuck ", "slow": "slow: ", "lost": "lost: ", "bad": "", NEVER: "never came: "}


def paid_words(rentals: Sequence[OwnRental]) -> str:
    """What they cost: `$12.90`, or `≥ $12.90` where some of it is not known."""
    known = [one.paid for one in rentals if one.paid is not None]
    if not known:
        return "cost unknown"
    whole = len(known) == len(rentals) and all(one.ended is None for one in rentals)
    return f"{'' if whole else '≥ '}{money(sum(known))}"


def wrong_words(rentals: Sequence[OwnRental]) -> str:
    """What went wrong, of the last one in a clause: `1 of 3 rentals went wrong: …`."""
    failed = [one for one in rentals if one.went_wrong]
    if not failed:
        return "no failure" if any(one.ran for one in rentals) else "not seen to run yet"
    return f"{len(failed)} of {plural(len(rentals), 'rental')} went wrong: {_wrong(failed[-1])}"


def _wrong(rental: OwnRental) -> str:
    cause = rental.cause
    if rental.trouble == "slow" and rental.ready_after is not None:
        cause = f"ready after {age(rental.ready_after)}"
    on = "" if rental.trouble_at is None else f" on {_day(rental.trouble_at)}"
    gone = ", destroyed" if rental.ended is not None and rental.trouble != NEVER else ""
    return f"{_KINDS.get(rental.trouble, '')}{cause}{on}{gone}"


def machine_lines(
    known: MachinesKnown, told: Told, machine: int | None, *, now: float, key: str, dlperf: float |
    None, here: Sequence[str], signed_in: bool = True, private: bool = False, whole: bool = False,
    others: Sequence[Benchmark] = (), wide: bool = True, first: float | None = None,
    demo: bool = False,
) -> list[Content]:  # fmt: skip
    """The tab Machine; `key` changes the note, `here` are the names of what is on it now, `others`
    the benchmarks of other machines; if not `wide`, words are left out. The `whole`: when it was
    `first` seen (epoch seconds), each rental, report and benchmark, too."""
    if machine is None:
        return [Content("The service does not say which machine it is.")]
    lines = [
        fact_line("You", _you(known, machine, now, here, private=private)),
        fact_line("Note", _note(known, machine, key, private=private)),
        fact_line("Reports", _reports(told, now, signed_in=signed_in)),
        fact_line(
            "Speed", f"DLPerf {decimal(dlperf)}{_speed(told, others, wide, signed_in=signed_in)}"
        ),
    ]
    if not whole:
        return lines
    where = "in the demo's market" if demo else "in your searches on this computer"
    times = f"first {_when(first)} · last {_when(known.last_seen(machine))}, {where}"
    lines.append(fact_line("Seen", times))
    lines += [
        fact_line("Rental", _rental(one, private=private)) for one in reversed(known.of(machine))
    ]
    lines += [fact_line("Report", f"{_when(one.at)}  “{one.text}”") for one in told.reports or ()]
    return lines + [fact_line("Measured", _measured(one)) for one in told.benchmarks or ()]


def _you(
    known: MachinesKnown, machine: int, now: float, here: Sequence[str], *, private: bool
) -> str:  # fmt: skip
    if not known.loaded:
        return NOT_READ
    mark, rentals = known.mark(machine), known.of(machine)
    parts = []
    if mark.avoided is not None:
        why = f": {mark.why}" if mark.why else ""
        parts.append(f"✖ avoided since {_day(mark.avoided)}{why}")
    if rentals:
        parts += _history(rentals, now, private=private)
    else:
        nothing = known.is_new(machine) and not mark.note and not parts
        parts.append(NEW if nothing else NO_RENTAL)
    if here:
        parts.append(f"here now: {', '.join(here)}")
    return " · ".join(parts)


def _history(rentals: Sequence[OwnRental], now: float, *, private: bool) -> list[str]:
    came = [one for one in rentals if one.trouble != NEVER or one.paid]
    hours = [one.hours for one in came]
    known = [one for one in hours if one is not None]
    more = "≥ " if len(known) < len(hours) else ""
    took = f"{more}{sum(known):.0f} h" if known and sum(known) >= 1 else f"{more}under 1 h"
    last = max(one.seen for one in rentals)
    cost = f", {took}, {HIDDEN if private else paid_words(came)}" if came else ""
    parts = [f"rented {len(rentals)}×{cost}", f"last {_ago(last, now)}"]
    parts += [words] if (words := ready_words(rentals)) else []
    parts.append(wrong_words(rentals))
    if any(one.as_asked is False for one in rentals):
        parts.append("not all came as asked for")
    return parts


def _note(known: MachinesKnown, machine: int, key: str, *, private: bool) -> str:
    mark = known.mark(machine)
    if not mark.note:
        return f"none; {key} writes one" if key else "none"
    on = "" if mark.noted is None else f" {_day(mark.noted)}"
    return f"“{HIDDEN if private else mark.note}”{on}" + (f"   {key} changes it" if key else "")


def _reports(told: Told, now: float, *, signed_in: bool) -> str:
    if isinstance(told.reports_error, PermissionDenied):
        return NO_RIGHT
    if told.reports is None and told.reports_error is not None:
        return str(told.reports_error)
    if told.reports is None or told.reports_at is None:
        return NOT_ASKED if signed_in else "Reports need an API key."
    old = now - told.reports_at
    asked = f"asked {age(old)} ago" if old >= 0 else "when it was asked is unknown"
    if not told.reports:
        return f"{NO_REPORTS}   {asked}"
    said = " · ".join(_said(one) for one in told.reports[:3])
    return f"{len(told.reports)} by other renters: {said}   {asked}"


def _said(report: Report) -> str:
    on = "" if report.at is None else f" {_day(report.at)}"
    return f"“{report.text}”{on}"


def _speed(told: Told, others: Sequence[Benchmark], wide: bool, *, signed_in: bool) -> str:
    if told.benchmarks is None and told.benchmarks_error is not None:
        return f". {told.benchmarks_error}"
    if told.benchmarks is None:
        return "; benchmarks are asked for with the reports" if signed_in else ""
    if not told.benchmarks:
        return f". {NO_BENCHMARK}"
    [(what, _)] = Counter(one.what for one in told.benchmarks).most_common(1)
    middle = median(one.value for one in told.benchmarks if one.what == what)
    number = plural(len(told.benchmarks), "stored benchmark")
    of = " of this machine" if wide else ""
    here = f"; {number}{of}, median {middle:.4g} with {what or UNKNOWN}"
    alike = {one.compared_by for one in told.benchmarks if one.what == what and one.gpu}
    values = [one.value for one in others if one.compared_by in alike]
    if not values:
        return f"{here} (no unit given)" if wide else here
    return f"{here} (others {median(values):.4g})"


def _measured(one: Benchmark) -> str:
    gpus = "" if one.num_gpus is None else f" on {plural(one.num_gpus, 'GPU')}"
    return f"{_when(one.at)}  {plain_number(one.value)} with {one.what or UNKNOWN}{gpus}"


def _rental(one: OwnRental, *, private: bool) -> str:
    what = f"{one.gpus or UNKNOWN}× {one.gpu or UNKNOWN}"
    ended = "here" if one.ended is None else f"until {_when(one.ended)}"
    parts = [f"{_when(one.rented)}, {ended}", what, HIDDEN if private else paid_words([one])]
    parts.append(ready_words([one]) or "time to ready unknown")
    if one.went_wrong:
        parts.append(f"✖ {_wrong(one)}")
    parts += [price_words(one)] if one.each is not None and not private else []
    came = {True: "as asked", False: "not as asked", None: "not compared with what was asked for"}
    return " · ".join([*parts, came[one.as_asked]])


def _when(at: float | None) -> str:
    return UNKNOWN if at is None else day_words(at)


def _day(at: float) -> str:
    """A day without its year: 3 Aug."""
    return day_words(at)[:-5]


def _ago(at: float, now: float) -> str:
    if day_words(at) == day_words(now):
        return "today"
    return day_words(at) if at <= now else UNKNOWN  # the clock was set back
