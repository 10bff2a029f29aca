"""Change the code in one place at a time, and tell which changes no test notices.

Each change is tried in a copy of the project, with the tests that import the changed file. One
that survives is a place that these tests do not hold, or one that makes no difference.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Read once here, so that the processes that try the changes need not.
import httpx  # noqa: F401
import hypothesis  # noqa: F401
import pydantic  # noqa: F401
import pytest
import textual.app  # noqa: F401

from tests.mutants.changes import Change, changes
from tests.mutants.covering import Covering

ROOT = Path(__file__).resolve().parents[2]
SCOPE = (
    "vasttui/models", "vasttui/query", "vasttui/services", "vasttui/ui/offers/columns.py",
    "vasttui/ui/instances/columns.py",
)  # fmt: skip
_COPIED = ("vasttui", "styles", "tests", "pyproject.toml", "README.md", "Makefile")
_LOG = "mutants.log"
_PASSED, _TIMED_OUT = 0, -1


@dataclass(frozen=True)
class Tests:
    """Tests that pass, and within how many seconds they do when nothing hangs."""

    files: tuple[str, ...]
    most: float


class Bench:
    """Tries changes in a copy of the project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._covering = Covering(root)
        self._rounds: dict[str, list[Tests]] = {}
        self._time = int(time.time())

    def verdict(self, path: str, change: Change) -> str:
        """`killed`, `timeout`, `survived` or `untested`."""
        if path not in self._rounds:
            found = [self._passing(files) for files in self._covering.rounds(path)]
            self._rounds[path] = [one for one in found if one.files]
        verdict = "untested"
        for tests in self._rounds[path]:
            verdict = self._try(path, change, tests)
            if verdict != "survived":
                break
        return verdict

    def _try(self, path: str, change: Change, tests: Tests) -> str:
        place = self._root / path
        before = place.read_text(encoding="utf-8")
        self._write(place, change.source())
        try:
            code = self._run(tests.files, tests.most)
        finally:
            self._write(place, before)
        if code == _TIMED_OUT:
            return "timeout"
        return "survived" if code == _PASSED else "killed"

    def _write(self, place: Path, text: str) -> None:
        """Each time with another time in whole seconds, by which Python knows compiled code."""
        place.write_text(text, encoding="utf-8")
        self._time += 1
        os.utime(place, (self._time, self._time))

    def _passing(self, files: Sequence[str]) -> Tests:
        """Those of the tests that pass as the code is."""
        began = time.monotonic()
        if not files or self._run(files, 600.0) == _PASSED:
            return Tests(tuple(files), 10.0 + 3 * (time.monotonic() - began))
        good = []
        for one in files:
            if self._run([one], 120.0) == _PASSED:
                good.append(one)
                continue
            last = (self._root / _LOG).read_text(errors="replace").splitlines()[-1:]
            _say(f"left out, as it fails without any change: {one}: {''.join(last)}")
        return Tests(tuple(good), 10.0 + 3 * (time.monotonic() - began))

    def _run(self, files: Sequence[str], most: float) -> int | None:
        process = multiprocessing.get_context("fork").Process(
            target=_in_copy, args=(self._root, list(files))
        )
        process.start()
        process.join(most)
        if process.is_alive():
            assert process.pid is not None
            os.killpg(process.pid, signal.SIGKILL)
            process.join()
            return _TIMED_OUT
        return process.exitcode


def _in_copy(root: Path, files: list[str]) -> None:
    """Run tests of the copy in this process, quietly."""
    os.setsid()
    os.chdir(root)
    log = os.open(_LOG, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    for stream in range(3):
        os.dup2(log, stream)
    sys.path[:] = [str(root), *(one for one in sys.path if one and Path(one) != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    already = "ignore::pytest.PytestAssertRewriteWarning"  # what was read before the copy began
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", already]
    os._exit(int(pytest.main([*options, "-m", "not e2e and not packaging", *files])))


@contextmanager
def _copied() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vasttui-mutants-") as folder:
        for name in _COPIED:
            source, target = ROOT / name, Path(folder) / name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy2(source, target)
        yield Path(folder)


def _chosen(paths: Sequence[str], sample: int, seed: int) -> list[tuple[str, Change]]:
    """The changes to try, by file and line; all of them without a sample size."""
    found: list[tuple[str, Change]] = []
    for name in paths:
        place = ROOT / name
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        for file in files:
            path = str(file.relative_to(ROOT))
            found += [(path, one) for one in changes(file.read_text(encoding="utf-8"))]
    if 0 < sample < len(found):
        kept = sorted(random.Random(seed).sample(range(len(found)), sample))
        found = [found[at] for at in kept]
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Try the changes and print those that survive, then how many there were of each kind."""
    parser = argparse.ArgumentParser(prog="tests.mutants.run", description=__doc__)
    parser.add_argument("paths", nargs="*", default=SCOPE, help="files or folders to change")
    parser.add_argument("--sample", type=int, default=0, help="how many changes to try; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--verbose", action="store_true", help="print the killed ones too")
    parser.add_argument("--list", action="store_true", help="print the changes, try none")
    asked = parser.parse_args()
    chosen = _chosen(asked.paths, asked.sample, asked.seed)
    if asked.list:
        for path, change in chosen:
            _say(f"{path}:{change.line}  {change}")
        return 0
    totals: Counter[str] = Counter()
    began = time.monotonic()
    with _copied() as root:
        bench = Bench(root)
        for path, change in chosen:
            verdict = bench.verdict(path, change)
            totals[verdict] += 1
            if asked.verbose and verdict == "killed":
                _say(f"{verdict}  {path}:{change.line}")
            if verdict != "killed":
                _say(f"{verdict}  {path}:{change.line}  {change}")
    parts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(totals.items()))
    _say(f"{len(chosen)} changes in {time.monotonic() - began:.0f} s: {parts}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
