"""Measures what the user feels, next to its lower bound and the obvious alternative.

Every group is measured side by side in one run, because machines are noisy: trust the ratios.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from tests.bench import (
    charges,
    charges_screen,
    kept,
    key_costs,
    market_screen,
    prices,
    screen_pauses,
    slices,
    starting,
    watch_looks,
    watching,
)
from tests.bench.far import away
from tests.bench.probe import (
    Sample,
    percentile,
    resident,
    spent_until,
    time_keys,
    time_until,
    usage,
)
from tests.support.terminal import Terminal, python, vasttui

FILTER = "gpu:4090 eff<0.6 cuda>=12.4 rel>=.9"
FRAME = "1 Offers"
"""In the first frame."""
KEYS = "abcdefgh" * 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report, in its unit; `target` and the comparisons are optional."""

    name: str
    value: str
    target: str = ""
    floor: str = ""
    naive: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--runs", type=int, default=7, help="starts of each program")
    parser.add_argument("--only", default="", help="measure only groups whose name has this")
    parser.add_argument("--official", help="the official client's command, for the comparison")
    options = parser.parse_args()
    official = options.official or shutil.which("vastai")
    groups: dict[str, Callable[[], list[Figure]]] = {
        "start": lambda: starts(options.runs),
        "kept market": lambda: with_a_market(options.runs),
        "year of memory": lambda: with_a_memory(options.runs),
        "first offers": lambda: first_offers(options.runs, official),
        "keys": keys,
        "key costs": costs_of_keys,
        "slices": slices_figure,
        "instances": instances,
        "charges": a_year_of_charges,
        "prices": a_year_of_prices,
        "models": models_opened,
        "idle": idle,
        "watch": a_watch,
        "memory": memory,
    }
    figures: list[Figure] = []
    for name, measure in groups.items():
        if options.only in name:
            found = measure()
            figures += found
            for figure in found:
                show(figure)
    if options.json:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))


def show(figure: Figure) -> None:
    parts = [f"{figure.name:<44} {figure.value:>22}"]
    for label in ("target", "floor", "naive"):
        text = getattr(figure, label)
        if text:
            parts.append(f"{label} {text}")
    sys.stdout.write("   ".join(parts) + "\n")
    sys.stdout.flush()


def starts(runs: int) -> list[Figure]:
    """Start to first frame, alternating with the smallest Textual program."""
    ours, floor = [], []
    smallest, demo = python("tests.bench.smallest"), vasttui("--demo")
    for _ in range(runs + 1):
        floor.append((time_until(smallest, "ready"), spent_until(smallest, "ready")))
        ours.append((time_until(demo, FRAME), spent_until(demo, FRAME)))
    figures = []
    for name, own, least in zip(
        ("first frame", "first frame (CPU)"),
        zip(*ours[1:], strict=True), zip(*floor[1:], strict=True), strict=True,
    ):  # fmt: skip
        ratio = percentile([a / b for a, b in zip(own, least, strict=True)], 0.5)
        value = f"{percentile(own, 0.5) * 1000:.0f} ms = {ratio:.2f} x floor"
        least_text = f"{percentile(least, 0.5) * 1000:.0f} ms"
        figures.append(Figure(name, value, "1.35 x floor", least_text))
    return figures


def with_a_market(runs: int) -> list[Figure]:
    """Start to the first offers where a market was kept, next to the first frame of a first run."""
    with simulator(64) as address:
        offers, frame = kept.with_market(address, runs)
    value = f"{offers * 1000:.0f} ms = {offers / frame:.2f} x frame"
    floor = f"{frame * 1000:.0f} ms (first frame)"
    return [Figure("first offers, market kept", value, "1.15 x first frame", floor)]


def with_a_memory(runs: int) -> list[Figure]:
    """Start to the first offers with a year of memory, next to one without."""
    with simulator(64) as address:
        year, nothing = kept.with_memory(address, runs)
    value = f"{(year - nothing) * 1000:+.0f} ms"
    floor = f"{nothing * 1000:.0f} ms (no memory)"
    return [Figure("first offers, a year of memory (CPU)", value, "+10 ms", floor)]


def first_offers(runs: int, official: str | None) -> list[Figure]:
    """Start to the first page of offers, nothing kept: over TCP, alternating with the official
    client; then far away, alternating with a start that connects only when it searches."""
    with (
        simulator(64) as address,
        away(address) as (far, _),
        away(address, secure=True) as (secure, root),
    ):
        figures = []
        for name, until, clock in (
            ("", time_until, time.perf_counter), (" (CPU)", spent_until, starting.spent_by_children)
        ):  # fmt: skip
            search = official and partial(starting.official_seconds, official, address, clock)
            times = starting.measure(address, runs, search or None, {}, until)
            value, naive = starting.milliseconds(times.ours), "official client: pass --official"
            if official:
                value += f" = {times.ratio:.2f} x official"
                naive = f"{starting.milliseconds(times.other)} (official client)"
            floor = starting.milliseconds(times.floor)
            figures.append(Figure(f"first offers, 64 over TCP{name}", value, "0.60 x official",
                                  floor, naive))  # fmt: skip
        for name, there, trust in (
            ("TCP, 80 ms away", far, {}), ("TLS, 80 ms away", secure, {"SSL_CERT_FILE": root}),
        ):  # fmt: skip
            # No connection begins early where the environment speaks of proxies.
            late = partial(starting.seconds, there, {**trust, "NO_PROXY": "none"})
            times = starting.measure(there, runs, late, trust)
            value, naive = map(starting.milliseconds, (times.ours, times.other))
            floor = starting.milliseconds(times.floor)
            figures.append(Figure(f"first offers, 64 over {name}",
                                  f"{value} = {times.ratio:.2f} x connected late",
                                  "", floor, f"{naive} (connected late)"))  # fmt: skip
        return figures


def keys() -> list[Figure]:
    """Key press to painted at 20,000 offers, next to the smallest program and `DataTable`."""
    smallest = python("tests.bench.smallest")
    with Terminal(smallest) as terminal:
        terminal.wait_for("ready")
        floor = time_keys(terminal, KEYS)
    floor_text = f"{floor.p50 * 1000:.1f} / {floor.p99 * 1000:.1f} ms"
    with naive(20_000) as terminal:
        slow_filter = time_keys(terminal, "4090", 3.0)
        terminal.send("tab")
        terminal.settle(2.0, 30.0)
        slow_cursor = time_keys(terminal, ["down"] * 20)
        slow_sort = time_keys(terminal, ["\x1bOQ"] * 4, 3.0)
    with demo(20_000) as terminal:
        terminal.send("/")
        typed = time_keys(terminal, [*FILTER, *["backspace"] * len(FILTER), *FILTER])
        terminal.send("esc")
        terminal.settle()
        sort = time_keys(terminal, ["I"] * 20 + [">"] * 8, 0.1)
        cursor = time_keys(terminal, ["down"] * 20 + ["up"] * 15 + ["down"] * 10)
        terminal.send("G")
        terminal.settle()
        terminal.send("g", *["down"] * 40)
        terminal.settle()
        scroll = time_keys(terminal, ["down"] * 150)

    def line(name: str, ours: Sample, target: str, slow: object) -> Figure:
        ratios = f"{ours.p50 / floor.p50:.1f} / {ours.p99 / floor.p99:.1f} x floor"
        return Figure(name, f"{ours} = {ratios}", target, floor_text, f"{slow}")

    return [
        line("filter key, 20,000 offers (p50 / p99)", typed, "2.2 / 3.5 x floor", slow_filter),
        line("new sort, 20,000 offers", sort, "5 x floor p50", slow_sort),
        line("cursor key", cursor, "1.5 / 2.0 x floor", slow_cursor),
        line("one line of scrolling", scroll, "3 / 6 ms", slow_cursor),
    ]


def costs_of_keys() -> list[Figure]:
    """Bytes to the terminal at 140x36, and the processor's time until a key's frame is sent."""
    found, large, floor = key_costs.costs(20_000), key_costs.costs(100_000), key_costs.floor()
    figures = []
    for name, bar in (("cursor", "3 kB"), ("scroll", "8 kB"), ("filter", "8 kB"), ("order", "")):
        cost = found[name]
        figures += [
            Figure(f"{name} key, 20,000 offers: bytes", f"{cost.sent / 1000:.1f} kB", bar),
            Figure(f"{name} key, 20,000 offers (CPU)", f"{cost.frame}", "", f"{floor}"),
        ]
    frame = large["filter"].frame
    return [*figures, Figure("filter key, 100,000 offers (CPU)", f"{frame}", "25 ms", f"{floor}")]


def a_year_of_prices() -> list[Figure]:
    found = prices.a_year()
    return [
        Figure("10 million prices on the disk", f"{found.bytes / 1e6:.0f} MB", "< 50 MB"),
        Figure("a year of an offer and its model", f"{found.ask * 1e3:.1f} ms", "10 ms"),
        Figure("record a search of 64", f"{found.record_64 * 1e3:.1f} ms", "in a thread"),
        Figure("record a search of 20,000", f"{found.record_20_000 * 1e3:.0f} ms", "in a thread"),
    ]


def models_opened() -> list[Figure]:
    """Market opened with 20,000 offers and a year of prices, next to 64 offers and none."""
    market_screen.opening(64, 0)  # the first one also imports
    ours, few = market_screen.opening(), market_screen.opening(64, 0)

    def line(name: str, seconds: float, target: str, floor: float) -> Figure:
        return Figure(name, f"{seconds * 1e3:.1f} ms", target, f"{floor * 1e3:.1f} ms")

    return [
        line("Market, 20,000 offers: first rows (CPU)", ours.first, "3 x floor", few.first),
        line("Market, 20,000 offers: all of it (CPU)", ours.whole, "", few.whole),
        line("longest slice, Market of 20,000 offers", ours.longest, "as the floor", few.longest),
    ]


def a_year_of_charges() -> list[Figure]:
    """A year of charges of 50 instances: from the disk, added up, drawn; then on the screen, next
    to the same with three days."""
    load, add, draw = (1000 * seconds for seconds in charges.seconds())
    year, few = charges_screen.seconds(), charges_screen.seconds(3)
    opened, floor = (1000 * found.pop(charges_screen.OPENED)[1] for found in (year, few))
    return [
        Figure("18,250 charges from the disk", f"{load:.0f} ms", "100 ms"),
        Figure("18,250 charges added up and drawn", f"{add:.0f} + {draw:.0f} ms", "1 frame each"),
        Figure("18,250 charges from the disk to the screen (CPU)", f"{opened:.0f} ms", "100 ms",
               f"{floor:.0f} ms"),
        *(
            Figure(f"longest slice, 18,250 charges: {name}", f"{1000 * longest:.1f} ms", "16 ms",
                   f"{1000 * few[name][0]:.1f} ms")
            for name, (longest, _) in year.items()
        ),
    ]  # fmt: skip


def slices_figure() -> list[Figure]:
    """How long the event loop is held at once while 20,000 offers arrive: over TCP, by the market's
    feed alone and with the screen, and in the demo; in seconds of the processor."""
    with simulator(20_000) as address:
        slices.slices(address)  # the first request also builds the market
        shown = screen_pauses.over_tcp(address)  # before what leaves a heap unlike the program's
        found = slices.slices(address)
        whole = slices.at_once(address, 20_000)
    with simulator(64) as address:
        few = screen_pauses.over_tcp(address)
    beside, in_the_way = screen_pauses.in_demo(20_000), screen_pauses.in_demo(20_000, beside=False)

    def line(name: str, held: list[float], target: str, floor: list[float], naive: str) -> Figure:
        share = f"{max(held) * 1000:.1f} ms (99.9 %: {percentile(held, 0.999) * 1000:.1f})"
        lower = f"{max(floor) * 1000:.1f} ms" if floor else ""
        return Figure(f"longest slice, 20,000 offers, {name}", share, target, lower, naive)

    return [
        line("over TCP", found, "6 ms", [], f"{whole * 1000:.0f} ms (decoded at once)"),
        line("over TCP and shown", shown, "6 ms", few, ""),
        line("in the demo", beside, "16 ms", few,
             f"{max(in_the_way) * 1000:.1f} ms (market on the loop)"),
    ]  # fmt: skip


def instances() -> list[Figure]:
    """A poll of 1,000 instances, 5 % of them changed, and key presses meanwhile."""
    found = watching.polls(1_000)
    ours, http, everything = (
        percentile(one, 0.5) * 1000 for one in (found.ours, found.http, found.everything)
    )
    with simulator(64, "--instances", "1000") as address:
        longest = watching.slices(address)
    with Terminal(python("tests.bench.smallest")) as terminal:
        terminal.wait_for("ready")
        floor = time_keys(terminal, KEYS)
    with Terminal(vasttui("--demo", "--instances", "1000", "--offers", "64")) as terminal:
        terminal.wait_for(" fetched", 30.0)
        terminal.send("2")
        terminal.wait_for("Contract", 30.0)
        terminal.settle(0.5, 5.0)
        terminal.send("p")
        cursor = time_keys(terminal, ["down"] * 20 + ["up"] * 15 + ["down"] * 10)
        terminal.send("/")
        typed = time_keys(terminal, [*"gpu:4090", *["backspace"] * 8, *"gpu:4090"])
    return [
        Figure(
            "poll of 1,000 instances, 5 % changed (CPU)",
            f"{ours:.1f} ms", "12 ms", f"{http:.1f} ms (HTTP alone)",
            f"{everything:.1f} ms (every row decoded)",
        ),
        Figure(
            "longest slice, 1,000 instances over TCP",
            f"{max(longest) * 1000:.1f} ms (99.9 %: {percentile(longest, 0.999) * 1000:.1f})",
            "6 ms",
        ),
        Figure("cursor key, 1,000 instances (p50 / p99)", f"{cursor}", "3 / 6 ms", f"{floor}"),
        Figure("filter key, 1,000 instances (p50 / p99)", f"{typed}", "6 / 12 ms", f"{floor}"),
    ]  # fmt: skip


def idle() -> list[Figure]:
    """50 instances on screen, polled every 5 s, no key pressed."""
    seconds = 60.0
    with (
        simulator(64, "--instances", "50") as address,
        Terminal(vasttui(), env={"VAST_URL": address, "VAST_API_KEY": "0" * 64}) as terminal,
    ):
        terminal.wait_for(" fetched", 30.0)
        terminal.send("2")
        terminal.wait_for("Contract", 30.0)
        terminal.settle(1.0, 10.0)
        ours = usage(terminal, seconds)
    with Terminal(python("tests.bench.smallest")) as terminal:
        terminal.wait_for("ready")
        floor = usage(terminal, seconds / 4)
    return [
        Figure(
            "idle, 50 instances polled every 5 s (CPU)", f"{ours.cpu:.2f} %", "0.4 %",
            f"{floor.cpu:.2f} %",
        ),
        Figure(
            "idle, bytes to the terminal", f"{ours.written / seconds * 5 / 1000:.1f} kB per poll",
            "4 kB per poll",
        ),
    ]  # fmt: skip


def a_watch() -> list[Figure]:
    """A watch of the whole market while nobody looks: the program's, and the command's."""
    every = 6.0
    with (
        simulator(20_000) as address,
        Terminal(vasttui("watch", "--every", f"{every}"), env={"VAST_URL": address}) as terminal,
    ):
        terminal.wait_for("looked at", 90.0)
        terminal.settle(1.0)
        command = usage(terminal, 10 * every).cpu * every / 60.0
    return [
        Figure("a watch, one look a minute (CPU)", f"{watch_looks.percent():.3f} %", "0.2 %"),
        Figure("vasttui watch, one look a minute (CPU)", f"{command:.3f} %", "0.2 %"),
    ]


def memory() -> list[Figure]:
    """Resident memory with the market on screen, as the first search left it."""
    targets = {64: 55, 5_000: 62, 20_000: 90, 100_000: 200}
    with Terminal(python("tests.bench.smallest")) as terminal:
        terminal.wait_for("ready")
        floor = f"{resident(terminal):.0f} MB"
    figures = []
    for size, target in targets.items():
        with tempfile.TemporaryDirectory() as home, simulator(size) as address:
            environment = {"VAST_URL": address, "VAST_API_KEY": "0" * 64, "HOME": home}
            with Terminal(vasttui(), env=environment) as terminal:
                # What is said of another service covers the status line.
                terminal.wait_steady(lambda: re.findall("[1-9][0-9,]* fetched", terminal.text))
                found = f"{resident(terminal):.0f} MB"
        figures.append(Figure(f"memory, {size:,} offers", found, f"{target} MB", floor))
    return figures


def ready(terminal: Terminal, size: int) -> None:
    """Wait until all offers are loaded."""
    terminal.wait(lambda: "✓" in terminal.text and "page" in terminal.text, 90.0)
    terminal.settle(0.5)


@contextmanager
def demo(size: int) -> Iterator[Terminal]:
    """The program on its own simulator, all offers in one answer, refresh paused."""
    arguments = ("--demo", "--offers", str(size), "--search-cap", str(size + 1))
    with Terminal(vasttui(*arguments)) as terminal:
        ready(terminal, size)
        terminal.send("h", "h", "p")
        ready(terminal, size)
        while usage(terminal, 1.0).cpu > 10:
            pass  # the prices are recorded in a thread
        yield terminal


@contextmanager
def naive(size: int) -> Iterator[Terminal]:
    """The obvious program, with its table filled."""
    with Terminal(python("tests.bench.naive", str(size))) as terminal:
        terminal.wait_for("RTX", 120.0)
        terminal.settle(1.0, 30.0)
        yield terminal


@contextmanager
def simulator(size: int, *more: str) -> Iterator[str]:
    """A simulator on its own port; yields its address."""
    command = vasttui("simulate", "--offers", str(size), "--search-cap", str(size + 1), *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        try:
            yield address
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
