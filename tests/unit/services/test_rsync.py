"""Copies that rsync makes here: what is told of them, stopped, begun again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.data_transfer import End, Stage, Transfer
from vasttui.models.ssh_address import SshAddress
from vasttui.models.transfer_checks import BUSY
from vasttui.services.rsync import LocalCopies
from vasttui.services.system.programs import Finished, ProgramMissing

ADDRESS = SshAddress("192.0.2.7", 22, direct=True)
THERE = End("instance", 7, "/workspace/ck/")
ACCEPTED = "debug1: Server accepts key: /k\nroot@h: Permission denied (publickey).\n"
LATER = "  1000  62%  1.00MB/s  0:00:09 (xfr#4, to-chk=2/8)"


class Desk:
    """Copies by a program that prints these lines and ends like that, or goes on for ever."""

    def __init__(
        self, folder: Path, lines: Sequence[str] = (), ends: Finished | VastError | None = None
    ) -> None:
        self.folder, self.lines, self.ends = folder, lines, ends
        self.clock, self.ran, self.told = VirtualClock(), list[list[str]](), list[Transfer]()
        self.copies = LocalCopies(self.clock, self.told.append, self.follow)

    async def follow(self, argv: Sequence[str], take: Callable[[str], None]) -> Finished:
        self.ran.append(list(argv))
        for line in self.lines:
            take(line)
        if self.ends is None:
            await asyncio.Event().wait()
        if isinstance(self.ends, VastError):
            raise self.ends
        assert isinstance(self.ends, Finished)
        return self.ends

    async def start(self, source: End = THERE, target: End | None = None) -> Transfer:
        target = target or End("here", 0, f"{self.folder}/in/")
        await self.copies.start(source, target, "train-a", ADDRESS, f"{self.folder}/hosts/known")
        for _ in range(20):
            await asyncio.sleep(0)
        return self.copies.all[-1]


async def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ["  0   0%  0.00kB/s  0:00:00 ", LATER])
    going = await desk.start()
    assert going.progress is not None
    assert (going.word, going.so_far, going.progress.files) == ("copying", " at 62 %", 4)
    assert desk.told[0].progress is None
    assert (tmp_path / "hosts").is_dir()
    await desk.copies.aclose()


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
    await desk.copies.aclose()


async def test_the_same_twice_at_once_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.start()
    with pytest.raises(VastError, match=BUSY):
        await desk.start()
    assert len(desk.ran) == 1
    await desk.copies.aclose()


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
