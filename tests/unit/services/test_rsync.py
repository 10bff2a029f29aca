"""Copies that rsync makes here: what is told of them, stopped, begun again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.data_transfer import End, Stage, Transfer
from vasttui.models.ssh_address import SshAddress
from vasttui.models.transfer_checks import BUSY
from vasttui.services.rsync import LocalCopies, Way
from vasttui.services.system.programs import Finished, ProgramMissing
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal

ADDRESS = SshAddress("192.0.2.7", 22, direct=True)
THERE = End("instance", 7, "/workspace/ck/")
ACCEPTED = "debug1: Server accepts key: /k\nroot@h: Permission denied (publickey).\n"
SAME = ("Number of files: 6 (reg: 4, dir: 2)", "Total file size: 13100000000 bytes")
LATER = "  1000  62%  1.00MB/s  0:00:09 (xfr#4, to-chk=2/8)"


@pytest.fixture(autouse=True)
async def _closed() -> AsyncIterator[None]:
    yield
    while Desk.open:
        desk = Desk.open.pop()
        await desk.copies.aclose()
        desk.journal.finish()


class Desk:
    """Copies by a program that prints these lines and ends like that, or goes on for ever."""

    open: ClassVar[list[Desk]] = []

    def __init__(
        self, folder: Path, lines: Sequence[str] = (), ends: Finished | VastError | None = None
    ) -> None:
        self.folder, self.lines, self.ends = folder, lines, ends
        self.clock, self.ran, self.told = VirtualClock(), list[list[str]](), list[Transfer]()
        self.looked = list[list[str]]()
        self.open.append(self)
        self.sizes: Sequence[str] | None = SAME
        self.journal = Journal(folder / "journal.sqlite")
        self.copies = LocalCopies(self.clock, self.told.append, self.journal, self.follow)

    async def follow(self, argv: Sequence[str], take: Callable[[str], None]) -> Finished:
        if "--dry-run" in argv:
            self.looked.append(list(argv))
            for line in self.sizes or ():
                take(line)
            return Finished(0 if self.sizes is not None else 12)
        self.ran.append(list(argv))
        for line in self.lines:
            take(line)
        if self.ends is None:
            await asyncio.Event().wait()
        if isinstance(self.ends, VastError):
            raise self.ends
        assert isinstance(self.ends, Finished)
        return self.ends

    async def start(
        self,
        source: End = THERE,
        target: End | None = None,
        *,
        delete: int = 0,
        flags: tuple[str, ...] = (),
    ) -> Transfer:
        target = target or End("here", 0, f"{self.folder}/in/")
        way = Way("train-a", ADDRESS, f"{self.folder}/hosts/known")
        number = (await self.copies.start(source, target, way, delete=delete, flags=flags)).number
        for _ in range(20):
            await asyncio.sleep(0)
        return next(one for one in self.copies.all if one.number == number)

    async def next_start(self, **owner: str) -> Desk:
        """The program ends, and begins again."""
        await self.copies.aclose()
        self.journal.finish()
        again = Desk(self.folder)
        again.journal.owner = lambda: Owner(**owner)
        self.found = await again.copies.recover()
        return again


async def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ["  0   0%  0.00kB/s  0:00:00 ", LATER])
    going = await desk.start()
    assert going.progress is not None
    assert (going.word, going.so_far, going.progress.files) == ("copying", " at 62 %", 4)
    assert desk.told[0].progress is None
    assert (tmp_path / "hosts").is_dir()


async def test_thousands_of_lines_are_told_four_times_a_second_at_most(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [LATER] * 5_000, Finished(0))
    await desk.start()
    assert len(desk.told) <= 3
    assert desk.told[-1].stage is Stage.DONE


@pytest.mark.parametrize(
    ("lines", "ends", "stage", "why"),
    [
        ([LATER], Finished(0), Stage.DONE, "4 files copied."),
        ([], Finished(0), Stage.DONE, "nothing was different"),
        ([], Finished(255, err="ssh: connect to host h port 1: Connection refused"), Stage.FAILED,
         "ssh could not log in to train-a: The connection was refused"),
        ([], Finished(12, err="ssh: connect to host h port 1: Connection refused\nrsync: "
                      "connection unexpectedly closed (0 bytes received so far) [sender]"),
         Stage.FAILED, "The connection was refused"),
        ([], Finished(255, err=ACCEPTED), Stage.FAILED, "needs its passphrase"),
        ([], Finished(127, err="sh: rsync: not found\nrsync: connection unexpectedly closed (0 "
                      "bytes received so far)"), Stage.FAILED, "rsync is not installed on train-a"),
        ([], Finished(23, err="debug1: x\nrsync: [sender] \x1b[2Jodd"), Stage.FAILED, "[2Jodd"),
        ([], ProgramMissing("rsync cannot be run here: gone."), Stage.FAILED, "cannot be run here"),
    ],
)  # fmt: skip
async def test_how_it_ends(
    tmp_path: Path, lines: list[str], ends: Finished | VastError, stage: Stage, why: str
) -> None:
    ended = await Desk(tmp_path, lines, ends).start()
    assert ended.stage is stage
    assert why in ended.why
    assert "\x1b" not in ended.why + "".join(one.text for one in ended.said)
    assert not any("debug1" in one.text for one in ended.said)


async def test_stopped_it_is_over_and_can_be_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    going = await desk.start()
    desk.copies.forget(going.number)
    assert desk.copies.under_way == (going,)
    await desk.copies.stop(going.number)
    assert desk.copies.all[0].stage is Stage.STOPPED
    assert "goes on" in desk.copies.all[0].why
    await desk.copies.stop(going.number)
    desk.copies.forget(going.number)
    assert desk.copies.all == ()
    assert (await desk.start()).number < going.number < 0


async def test_the_same_twice_at_once_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.start()
    with pytest.raises(VastError, match=BUSY):
        await desk.start()
    assert len(desk.ran) == 1


async def test_what_is_not_there_is_said_before_anything_runs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with pytest.raises(VastError, match="is not on this computer"):
        await desk.start(End("here", 0, f"{tmp_path}/no/"), THERE)
    (tmp_path / "file").write_text("x")
    with pytest.raises(VastError, match="folder cannot be made"):
        await desk.start(THERE, End("here", 0, f"{tmp_path}/file/below/in/"))
    assert desk.ran == []


async def test_paths_here_are_those_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "-x").mkdir()
    desk = Desk(tmp_path, ends=Finished(0))
    await desk.start(End("here", 0, "~/-x/"), THERE)
    await desk.start(End("here", 0, "~/-x"), THERE)
    assert [argv[-2] for argv in desk.ran] == [f"{tmp_path}/-x/", f"{tmp_path}/-x"]


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (SAME, "Compared: 4 files, 13.1 GB, the same sizes there and here."),
        ([">f.s....... 6 a", ">f+++++++++ 6 b", *SAME],
         "Compared: 2 of 4 files, 13.1 GB are not the same there and here."),
        ([], "Sizes were not compared: rsync did not say them."),
        (None, "Sizes were not compared."),
    ],
)  # fmt: skip
async def test_at_the_end_sizes_are_compared(
    tmp_path: Path, sizes: Sequence[str] | None, words: str
) -> None:
    desk = Desk(tmp_path, [LATER], Finished(0))
    desk.sizes = sizes
    done = await desk.start()
    assert (done.stage, done.why) == (Stage.DONE, f"4 files copied. {words}")
    assert [one.why for one in desk.told][-2:] == ["4 files copied. Comparing sizes…", done.why]
    [argv] = desk.looked
    assert "--size-only" in argv
    assert argv[-2:] == desk.ran[0][-2:]


async def test_what_needed_no_copy_is_there_too(tmp_path: Path) -> None:
    nothing = "  0   0%  0.00kB/s  0:00:00 (xfr#0, to-chk=0/3)"
    done = await Desk(tmp_path, [nothing], Finished(0)).start()
    assert (done.stage, done.so_far) == (Stage.DONE, " at 100 %")


async def test_what_it_would_do_changes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.sizes = ("*deleting   0 old", "cd+++++++++ 4096 d/", ">f+++++++++ 6 d/x", *SAME)
    way, target = Way("train-a", ADDRESS, f"{tmp_path}/h/k"), End("here", 0, f"{tmp_path}/a/b/c/")
    plan = await desk.copies.plan(THERE, target, way, delete=True)
    assert (plan.copied, plan.deleted) == ([("d/x", 6)], ["old"])
    assert {"--dry-run", "--delete"} <= set(desk.looked[0])
    assert not (tmp_path / "a").exists()
    await desk.copies.plan(THERE, target, way, delete=False)
    assert "--delete" not in desk.looked[1]
    desk.sizes = None
    with pytest.raises(VastError, match="without a message"):
        await desk.copies.plan(THERE, target, way, delete=False)
    assert desk.copies.all == ()


async def test_no_more_is_deleted_than_was_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ends=Finished(0))
    await desk.start(delete=3)
    await desk.start()
    assert {"--delete", "--max-delete=3"} <= set(desk.ran[0])
    assert not any(option.startswith("--del") for option in desk.ran[1])


@pytest.mark.parametrize("progress", [[LATER], []])
async def test_one_that_the_end_of_the_program_stopped_is_there_again(
    tmp_path: Path, progress: list[str]
) -> None:
    desk = Desk(tmp_path, progress)
    going = await desk.start(flags=("--delete",))
    again = await desk.next_start()
    [row] = again.copies.all
    assert (desk.found, row.stage, row.flags) == (1, Stage.STOPPED, ("--delete",))
    assert row.why.startswith("It stopped when vasttui ended.")
    assert (row.source, row.target, row.run) == (going.source, going.target, going.run)
    assert row.so_far == (" at 62 %" if progress else "")
    third = await again.next_start()
    assert [one.why for one in third.copies.all] == [row.why]
    [before] = third.copies.all
    assert (await third.start()).number == before.number
    assert [one.stage for one in third.copies.all] == [Stage.COPYING]


async def test_a_program_that_was_killed_leaves_what_it_noted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [LATER])
    await desk.start()
    while not (await desk.journal.unfinished())[0].note:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    desk.journal.finish()
    again = Desk(tmp_path)
    assert await again.copies.recover() == 1
    [row] = again.copies.all
    assert (row.stage, row.so_far) == (Stage.UNKNOWN, "")
    assert "rsync may have gone on by itself" in row.why


async def test_what_the_user_stopped_and_what_failed_are_there_again_and_what_is_done_is_not(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await desk.copies.stop((await desk.start()).number)
    desk.ends = Finished(23, err="rsync: odd")
    await desk.start(target=End("here", 0, f"{tmp_path}/other/"))
    desk.ends = Finished(0)
    await desk.start(target=End("here", 0, f"{tmp_path}/third/"))
    await desk.start(target=End("here", 0, f"{tmp_path}/fourth/"))
    desk.copies.forget(desk.copies.all[-1].number)
    again = await desk.next_start()
    assert [(one.stage, one.why) for one in again.copies.all] == [
        (Stage.STOPPED, "What had arrived is still there: the same again goes on from it."),
        (Stage.FAILED, "rsync says: rsync: odd"),
    ]
    again.copies.forget(again.copies.all[0].number)
    third = await again.next_start()
    assert [one.stage for one in third.copies.all] == [Stage.FAILED]
    other = await third.next_start(key="another", account="account")
    assert other.copies.all == ()


async def test_a_copy_of_another_window_is_not_taken_nor_begun_twice(tmp_path: Path) -> None:
    desk, other = Desk(tmp_path), Desk(tmp_path)
    await desk.start()
    assert await other.copies.recover() == 0
    with pytest.raises(VastError, match="Another vasttui window has this copy"):
        await other.start()
    desk.journal.finish()


async def test_a_row_that_is_damaged_is_dropped(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for details in ({}, {"source": "C.7:/a", "target": "nowhere", "run": "x", "flags": ""}):
        await desk.journal.open("rsync", f"{details}", details, now=1.0)
    again = await desk.next_start()
    assert (again.copies.all, await again.journal.unfinished()) == ((), [])


async def test_a_journal_that_cannot_be_written_keeps_nothing_from_running(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").mkdir()
    assert (await Desk(tmp_path, [LATER], Finished(0)).start()).stage is Stage.DONE
