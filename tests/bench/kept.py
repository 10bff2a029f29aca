"""Starts with what earlier runs kept: the last market, and a year of memory."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.market import offers
from tests.bench.prices import record
from tests.bench.probe import percentile, spent_until, time_until
from tests.support.terminal import Terminal, vasttui
from vasttui.store.machines import TABLES, set_seen
from vasttui.store.memory_file import MemoryFile
from vasttui.units import DAY

DAYS, REMEMBERED = 365, 1_000
"""Days of memory, and offers seen on each."""

_STATE = Path(".local/state/vasttui")
_FRAME, _OFFERS = "1 Offers", "▶ "
"""Words of the first frame, and of one with offers."""


def with_market(address: str, runs: int) -> tuple[float, float]:
    """Seconds to the first offers where a market was kept, and to the first frame of a first run;
    medians of starts that alternate."""
    kept, first = [], []
    with a_market(address) as home:
        for _ in range(runs + 1):
            first.append(time_until(vasttui(), _FRAME, **environment(address)))
            kept.append(time_until(vasttui(), _OFFERS, **environment(address, home)))
    return percentile(kept[1:], 0.5), percentile(first[1:], 0.5)


def with_memory(address: str, runs: int) -> tuple[float, float]:
    """Processor seconds to the first offers from the network with a year of memory, and without;
    the least of each: what is done until the frame was seen only adds."""
    with_year, without = [], []
    with TemporaryDirectory() as folder:
        memory = a_year(Path(folder))
        for _ in range(runs + 1):
            with TemporaryDirectory() as home:
                state = Path(home) / _STATE
                state.mkdir(parents=True)
                shutil.copy(memory, state)
                with_year.append(
                    spent_until(vasttui(), _OFFERS, **environment(address, Path(home)))
                )
            without.append(spent_until(vasttui(), _OFFERS, **environment(address)))
    return min(with_year), min(without)


def environment(address: str, home: Path | None = None) -> dict[str, str]:
    """The program's, with a home of its own unless there is one."""
    own = {} if home is None else {"HOME": str(home)}
    return {"VAST_URL": address, "VAST_API_KEY": "0" * 64, **own}


@contextmanager
def a_market(address: str) -> Iterator[Path]:
    """A home with the market that a run of the program kept."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with Terminal(vasttui(), env=environment(address, home)) as terminal:
            terminal.wait_for(_OFFERS, 30.0)
            terminal.wait((home / _STATE / "market.json").exists, 30.0)
            terminal.settle()
            terminal.send("q")
            terminal.finish()
        yield home


def a_year(folder: Path) -> Path:
    """The memory of a year: prices of each day, and machines that were seen."""
    path, today = folder / "memory.sqlite3", int(time.time() // DAY)
    file, rows = MemoryFile(path, time.time), offers(REMEMBERED)
    for day in range(today - DAYS, today):
        record(file, day, rows)
    machines = {one.machine_id for one in rows if one.machine_id is not None}
    file.do(TABLES, lambda on: set_seen(on, list(machines), (today - DAYS) * DAY))
    file.close()
    return path
