"""Copies between this computer and an instance by the real rsync, over a real sshd."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.support.sshd import Place, sshd
from vasttui.clock import SystemClock
from vasttui.models.data_transfer import End, Stage, Transfer
from vasttui.models.rsync import rsync_argv
from vasttui.services import rsync
from vasttui.services.rsync import LocalCopies, Way
from vasttui.services.system.programs import follow_program

pytestmark = pytest.mark.e2e

HOSTILE = (
    "two  blanks", " lead", "q'q", 'd"d', "new\nline", "$(exit 7)", "`exit 7`", "back\\slash",
    "-dash", "co:lon", "~tilde", "ü", "#h", "{a,b}", "a;b&c|d",
)  # fmt: skip
PATTERNED = ("st*r", "[ab]", "qu?")
"""Names that are offered as a source only."""

SAME = "Compared: 1 file, 5 B, the same sizes there and here."


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Place]:
    assert pytestconfig.cache is not None
    with sshd(tmp_path_factory.mktemp("sshd"), pytestconfig.cache.mkdir("sshd")) as found:
        yield found


class Bench:
    """Copies with this server as instance 7."""

    def __init__(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        self.place, self.told = place, list[Transfer]()
        self.changed = asyncio.Event()
        self.copies = LocalCopies(SystemClock(), self._take, follow=follow_program)

    def _take(self, transfer: Transfer) -> None:
        self.told.append(transfer)
        self.changed.set()

    @property
    def way(self) -> Way:
        return Way("train-a", self.place.address, self.place.known_hosts)

    async def start(self, source: End, target: End, delete: int = 0) -> Transfer:
        return await self.copies.start(source, target, self.way, delete=delete)

    async def until(self, stage: Stage | None = None) -> Transfer:
        """Wait until it is over, or has said how far it is."""
        async with asyncio.timeout(60):
            while True:
                last = self.copies.all[-1]
                if last.stage.is_over if stage is None else last.progress is not None:
                    return last
                self.changed.clear()
                await self.changed.wait()

    async def copy(self, source: End, target: End, delete: int = 0) -> Transfer:
        await self.start(source, target, delete)
        return await self.until()


def slowly(*args: Any) -> list[str]:
    """The command, at 8 MB/s."""
    program, *rest = rsync_argv(*args)
    return [program, "--bwlimit=8m", *rest]


def here(path: Path | str) -> End:
    return End("here", 0, f"{path}/")


def there(path: Path | str) -> End:
    return End("instance", 7, f"{path}/")


@pytest.mark.parametrize("names", [HOSTILE, PATTERNED])
async def test_any_path_goes_up_and_comes_back(
    names: Sequence[str], place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, path = Bench(place, monkeypatch), Path(*names)
    source = tmp_path / "from" / path
    source.mkdir(parents=True)
    (source / names[0]).write_text("hello")
    (tmp_path / "there" / path).parent.mkdir(parents=True)
    if names is PATTERNED:
        shutil.copytree(source, tmp_path / "there" / path)
    else:
        up = await bench.copy(here(source), there(tmp_path / "there" / path))
        assert (up.stage, up.why) == (Stage.DONE, f"1 file copied. {SAME}")
    assert (tmp_path / "there" / path / names[0]).read_text() == "hello"
    down = await bench.copy(there(tmp_path / "there" / path), here(tmp_path / "new" / path))
    assert (down.stage, down.why) == (Stage.DONE, f"1 file copied. {SAME}")
    assert (tmp_path / "new" / path / names[0]).read_text() == "hello"
    again = await bench.copy(there(tmp_path / "there" / path), here(tmp_path / "new" / path))
    assert again.why == f"No file had to be copied: nothing was different. {SAME}"


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
    bench.place = replace(place, address=structs.replace(place.address, port=1))
    closed = await bench.copy(here(tmp_path / "from"), there(tmp_path / "in"))
    assert closed.stage is Stage.FAILED
    assert "ssh could not log in to train-a: The connection was refused" in closed.why


@pytest.mark.parametrize("up", [False, True])
async def test_a_dry_run_lists_and_no_more_is_deleted_than_it_listed(
    up: bool, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(place, monkeypatch)
    source, target = tmp_path / "from", tmp_path / "to"
    for folder, name in ((source, "new\nline"), (source, "both"), (target, "gone"),
                         (target / "d", "gone"), (target, "both")):  # fmt: skip
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("hello")
    (source / "both").write_text("hello, you")
    ends = (here(source), there(target)) if up else (there(source), here(target))
    plan = await bench.copies.plan(*ends, bench.way, delete=True)
    assert sorted(plan.copied) == [("both", 10), (r"new\#012line", 5)]
    assert sorted(plan.deleted) == ["d/", "d/gone", "gone"]
    assert plan.words == "Would copy 2 files, 15 B; would delete 3."
    assert (target / "both").read_text() == "hello"
    for name in ("4", "5"):
        (target / name).write_text("since then")
    failed = await bench.copy(*ends, plan.deletions)
    assert "More would have been deleted than was shown" in failed.why
    left = {one.name for one in target.rglob("*")} - {"both", "new\nline"}
    assert len(left) == 2
    done = await bench.copy(*ends, 2)
    assert "2 files, 15 B, the same sizes" in done.why
    assert {one.name for one in target.iterdir()} == {"both", "new\nline"}


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
