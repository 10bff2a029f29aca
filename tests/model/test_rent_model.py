"""The rent protocol against everything that can go wrong, exhaustive up to a number of faults.

The renter and its journal are the real ones, on a file, in virtual time; the service is a model:
requests get lost before or after they took effect or arrive up to four ticks late, lists lag by
up to two ticks or fail, keys are attached without an answer, asks can be used once or repeatedly,
the user sends again as soon as that is allowed, and the program is killed between any two steps.

`VASTTUI_SOAK=1` checks every path with three faults and two crashes, which takes minutes;
otherwise `_SOME` random ones.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import virtual_time
from tests.support.rent_checker import (
    Checker,
    NaiveChecker,
    Policy,
    Tally,
    check_all,
    check_some,
    list_then_retry,
    three_tries,
    wait_list_retry,
)

_SOAK = os.environ.get("VASTTUI_SOAK") == "1"
_SOME = 1_500
_IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def journal() -> Iterator[Path]:
    """A journal file, in memory where possible, because only programs crash here, not
    computers."""
    where = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Path(folder) / "journal"


def assert_safe(tally: Tally) -> None:
    figures = (tally.duplicates, tally.unknown, tally.keyless, tally.unfinished)
    assert figures == (0, 0, 0, 0), tally.example


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("faults", "crashes", "least"), [(3, 0, 300), (2, 1, 1_500), (1, 2, 500)])
def test_every_path_ends_with_one_instance_that_is_known_and_has_its_key(
    journal: Path, faults: int, crashes: int, least: int
) -> None:
    async def check() -> Tally:
        checker = Checker(journal, faults=faults, crashes=crashes)
        await check_all(checker)
        return checker.tally

    tally = virtual_time.run(check())
    sys.stdout.write(f"\nall paths with {faults} faults and {crashes} crashes: {tally}\n")
    assert_safe(tally)
    assert tally.traces > least


@pytest.mark.timeout(3_600 if _SOAK else 600)
def test_paths_with_three_faults_and_two_crashes_do_too(journal: Path) -> None:
    async def check() -> Tally:
        checker = Checker(journal, faults=3, crashes=2)
        if _SOAK:
            await check_all(checker)
        else:
            await check_some(checker, random.Random(4), _SOME)
        return checker.tally

    tally = virtual_time.run(check())
    kind = "all" if _SOAK else "some"
    sys.stdout.write(f"\n{kind} paths with 3 faults and 2 crashes: {tally}\n")
    assert_safe(tally)
    assert tally.traces > 40_000 if _SOAK else tally.traces == _SOME


@pytest.mark.parametrize("policy", [three_tries, list_then_retry, wait_list_retry])
def test_those_who_send_again_by_themselves_rent_twice_on_the_same_paths(policy: Policy) -> None:
    async def check() -> Tally:
        checker = NaiveChecker(policy, faults=2, crashes=1)
        await check_all(checker)
        return checker.tally

    tally = virtual_time.run(check())
    sys.stdout.write(f"\n{getattr(policy, '__name__', '')}: {tally}\n")
    assert tally.duplicates
    assert tally.unknown
