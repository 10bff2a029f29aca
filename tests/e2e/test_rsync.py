"""Copies between this computer and an instance by the real rsync, over a real sshd."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.sshd import Place, sshd
from vasttui.clock import SystemClock
from vasttui.models.data_transfer import End, Stage, Transfer
from vasttui.models.rsync import rsync_argv
from vasttui.models.transfer_checks import PATTERNS
from vasttui.services import rsync
from vasttui.services.rsync import LocalCopies
from vasttui.services.system.programs import follow_program

pytestmark = pytest.mark.e2e

HOSTILE = (
    "plain", "two  blanks", " lead", "q'q", 'd"d', "new\nline", "$(exit 7)", "`exit 7`", "st*r",
    "[ab]", "qu?", "back\\slash", "-dash", "co:lon", "~tilde", "ü", "#h", "{a,b}", "a;b&c|d",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with sshd(tmp_path_factory.mktemp("sshd")) as found:
        yield found


class Bench:
    """Copies with this server as instance 7."""

    def __init__(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        self.place, self.told = place, list[Transfer]()
        self.changed = asyncio.Event()
        self.copies = LocalCopies(SystemClock(), self._take, follow_program)

    def _take(self, transfer: Transfer) -> None:
        self.told.append(transfer)
        self.changed.set()

    async def start(self, source: End, target: End) -> Transfer:
        return await self.copies.start(
            source, target, "train-a", self.place.address, self.place.known_hosts
        )

    async def until(self, stage: Stage | None = None) -> Transfer:
        """Wait until it is over, or has said how far it is."""
        async with asyncio.timeout(60):
            while True:
                last = self.copies.all[-1]
                if last.stage.is_over if stage is None else last.progress is not None:
                    return last
                self.changed.clear()
                await self.changed.wait()

    async def copy(self, source: End, target: End) -> Transfer:
        await self.start(source, target)
        return await self.until()


def slowly(*args: Any) -> list[str]:
    """The command, at 8 MB/s."""
    program, *rest = rsync_argv(*args)
    return [program, "--bwlimit=8m", *rest]


def here(path: Path | str) -> End:
    return End("here", 0, f"{path}/")


def there(path: Path | str) -> End:
    return End("instance", 7, f"{path}/")


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_path_goes_up_and_comes_back(
    name: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(place, monkeypatch)
    source = tmp_path / "from" / name
    source.mkdir(parents=True)
    (source / name).write_text("hello")
    (tmp_path / "there" / "a").mkdir(parents=True)
    if set(name) & set(PATTERNS):  # not offered
        shutil.copytree(source, tmp_path / "there" / name)
    else:
        up = await bench.copy(here(source), there(tmp_path / "there" / name))
        assert (up.stage, up.why) == (Stage.DONE, "1 file copied.")
    assert (tmp_path / "there" / name / name).read_text() == "hello"
    down = await bench.copy(there(tmp_path / "there" / name), here(tmp_path / "new" / "x" / name))
    assert (down.stage, down.why) == (Stage.DONE, "1 file copied.")
    assert (tmp_path / "new" / "x" / name / name).read_text() == "hello"
    again = await bench.copy(there(tmp_path / "there" / name), here(tmp_path / "new" / "x" / name))
    assert again.why == "No file had to be copied: nothing was different."


@pytest.mark.parametrize("up", [False, True])
async def test_one_that_is_stopped_goes_on_where_it_was(
    up: bool, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(place, monkeypatch)
    source, target = tmp_path / "from", tmp_path / "to"
    source.mkdir()
    (source / "big").write_bytes(os.urandom(40_000_000))
    ends = (here(source), there(target)) if up else (there(source), here(target))
    with monkeypatch.context() as patch:
        patch.setattr(rsync, "rsync_argv", slowly)
        await bench.start(*ends)
    going = await bench.until(Stage.COPYING)
    assert going.word == "copying"
    await bench.copies.stop(going.number)
    stopped = bench.copies.all[-1]
    assert (stopped.stage, bench.copies.under_way) == (Stage.STOPPED, ())
    if not up:  # the other side takes a moment to notice
        assert [one.name for one in target.iterdir()] == ["big"]
        assert 0 < (target / "big").stat().st_size < 40_000_000
    done = await bench.copy(*ends)
    assert done.stage is Stage.DONE
    assert len(bench.copies.all) == 1
    assert (source / "big").read_bytes() == (target / "big").read_bytes()
    assert done.progress is not None
    assert done.progress.checked == done.progress.entries


async def test_what_goes_wrong_is_said(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(place, monkeypatch)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "x").write_text("x")
    parent = await bench.copy(here(tmp_path / "from"), there(tmp_path / "no" / "way"))
    assert parent.stage is Stage.FAILED
    assert parent.why == f"{tmp_path}/no is not there: only the last folder of a path is made."
    missing = await bench.copy(there(tmp_path / "nothing"), here(tmp_path / "in"))
    assert missing.why == f"{tmp_path}/nothing is not there."
    bench.place = replace(place, address=replace(place.address, port=1))
    closed = await bench.copy(here(tmp_path / "from"), there(tmp_path / "in"))
    assert closed.stage is Stage.FAILED
    assert "ssh could not log in to train-a: The connection was refused" in closed.why


async def test_closing_ends_rsync(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(place, monkeypatch)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "x").write_bytes(os.urandom(40_000_000))
    monkeypatch.setattr(rsync, "rsync_argv", slowly)
    await bench.start(here(tmp_path / "from"), there(tmp_path / "to"))
    await bench.until(Stage.COPYING)
    await bench.copies.aclose()
    assert bench.copies.all[-1].stage is Stage.STOPPED
