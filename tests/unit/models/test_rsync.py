"""rsync: what it prints, the command that is run, why it failed."""

from __future__ import annotations

import pytest

from vasttui.models.data_transfer import End, Progress
from vasttui.models.rsync import progress_in, reason_in, rsync_argv
from vasttui.models.rsync_plan import MOST_LISTED, empty_plan
from vasttui.models.ssh_address import SshAddress

# Recorded: rsync 3.5.0 -a --info=progress2 --no-inc-recursive --no-human-readable --outbuf=L
RECORDED = (
    "          32768   0%    0.00kB/s    0:00:00 ",
    "       22216704  35%   18.53MB/s    0:00:02 ",
    "       43941888  69%   19.51MB/s    0:00:00 ",
    "       62914560 100%   19.26MB/s    0:00:03 (xfr#1, to-chk=2/4)",
    "       62914560 100%   19.26MB/s    0:00:03 (xfr#3, to-chk=0/4)",
)
DIRECT = SshAddress("192.0.2.7", 20544, direct=True, identity="/keys/it's mine")
THERE, HERE = End("instance", 7, "/workspace/a b/"), End("here", 0, "/data/me/x/")


def test_progress_as_it_was_recorded() -> None:
    found: list[Progress] = []
    for line in RECORDED:
        progress = progress_in(line, found[-1] if found else None)
        assert progress is not None
        found.append(progress)
    assert [one.share for one in found] == [0, 35, 69, 100, 100]
    assert found[1] == Progress(22_216_704, 35, 18.53 * 1024**2, 2)
    assert [one.left for one in found] == [None, 2, 0, 0, 0]
    assert found[3].files == 1
    assert (found[4].files, found[4].checked, found[4].entries) == (3, 4, 4)


def test_what_was_counted_is_kept_between_two_files() -> None:
    before = progress_in("  100  10%    1.00MB/s    0:00:09 (xfr#3, to-chk=5/9)")
    assert before == Progress(100, 10, 1024.0**2, None, 3, 4, 9)
    after = progress_in("  200  20%    1.00GB/s   12:00:09 ", before)
    assert after == Progress(200, 20, 1024.0**3, 43_209, 3, 4, 9)


@pytest.mark.parametrize(
    "line",
    ["", "sending incremental file list", "a b 10% c", "10 20%", "1 2% 3.00XB/s 0:00:00",
     "1,024 2%  3.00kB/s 0:00:00", "  1   1%    1.00kB/s    0:00:09 (xfr#3, ir-chk=5/9)",
     "100%", "  1   1%    1.00kB/s    0:00:09 and more"],
)  # fmt: skip
def test_other_lines_are_no_progress(line: str) -> None:
    assert progress_in(line) is None


def test_the_command_down_and_up() -> None:
    down = rsync_argv(7, DIRECT, "/my hosts/known", THERE, HERE)
    assert down[0] == "rsync"
    assert down[-3:] == ["--", "root@192.0.2.7:/workspace/a b/", "/data/me/x/"]
    for option in ("--partial", "--info=progress2", "-s", "--no-owner", "--no-group"):
        assert option in down, option
    remote = down[down.index("-e") + 1]
    assert remote.startswith("ssh -p 20544 -i '/keys/it''s mine'")
    for word in (" BatchMode=yes ", " HostKeyAlias=vast-7 ", " ForwardAgent=no ",
                 "'UserKnownHostsFile=\"/my hosts/known\"'"):  # fmt: skip
        assert word in remote, word
    up = rsync_argv(7, DIRECT, "/k", HERE, THERE)
    assert up[-2:] == ["/data/me/x/", "root@192.0.2.7:/workspace/a b/"]


def test_an_address_of_ipv6_is_bracketed() -> None:
    argv = rsync_argv(7, SshAddress("2001:db8::7", 22, direct=True), "/k", THERE, HERE)
    assert argv[-2].startswith("root@[2001:db8::7]:/")


def test_a_source_there_is_no_pattern() -> None:
    wild = End("instance", 7, "/a[b]*\\?")
    down = rsync_argv(7, DIRECT, "/k", wild, HERE)
    assert down[-2] == r"root@192.0.2.7:/a\[b]\*\\\?"
    plain = End("instance", 7, "/a\\b")
    assert rsync_argv(7, DIRECT, "/k", plain, HERE)[-2] == "root@192.0.2.7:/a\\b"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("openrsync: unrecognized option `--info=progress2'", "too old"),
        ("rsync: --info=progress2: unknown option\nrsync error: syntax or usage error (code 1)",
         "too old"),
        ("rsync: [receiver] write failed on \"/a\": No space left on device (28)", "No room"),
        ("bash: line 1: rsync: command not found\nrsync error: remote command not found (code 127)",
         "rsync is not installed on train-a"),
        ('rsync: [Receiver] mkdir "/srv/in/out" failed: No such file or directory (2)',
         "/srv/in is not there: only the last folder"),
        ('rsync: [sender] change_dir "/nope" failed: No such file or directory (2)',
         "/nope is not there."),
        ("Warning: something\nrsync: [sender] odd (7)\nrsync error: x", "says: rsync: [send"),
        ("odd\n", "rsync says: odd"),
        ("", "without a message"),
    ],
)  # fmt: skip
def test_why_it_failed(said: str, reason: str) -> None:
    assert reason in reason_in(said, "train-a")


# Recorded: rsync 3.5.0 with LIST and --delete
LISTED = (
    "*deleting   0 gone/w", "*deleting   0 gone/", "cL+++++++++ 1 l",
    r">f+++++++++ 1 new\#012line", ">f.st...... 6 x", ".f..t...... 9 touched",
    "cd+++++++++ 4096 d/", "<f+++++++++ 3 d/y \x1b[2J", "",
    "Number of files: 1006 (reg: 3, dir: 2, link: 1)", "Number of created files: 5 (reg: 3)",
    "Total file size: 11 bytes", "sent 137 bytes  received 60 bytes  394.00 bytes/sec",
)  # fmt: skip


def test_what_a_dry_run_lists() -> None:
    plan = empty_plan()
    for line in LISTED:
        plan.take(line)
    assert plan.deleted == ["gone/w", "gone/"]
    assert plan.copied == [(r"new\#012line", 1), ("x", 6), ("d/y ␛[2J", 3)]
    assert (plan.files, plan.total) == (3, 11)
    assert plan.words == "Would copy 3 files, 10 B; would delete 2."
    assert empty_plan().words == "Would copy nothing; would delete nothing."


def test_all_is_counted_and_the_beginning_is_kept() -> None:
    plan = empty_plan()
    for number in range(MOST_LISTED + 7):
        plan.take(f">f+++++++++ 2 {number}")
        plan.take(f"*deleting   0 {number}")
    assert (plan.copies, plan.bytes, plan.deletions) == (507, 1_014, 507)
    assert len(plan.copied) == len(plan.deleted) == MOST_LISTED


def test_a_source_without_files_is_compared_too() -> None:
    plan = empty_plan()
    plan.take("Number of files: 1 (dir: 1)")
    plan.take("Total file size: 0 bytes")
    assert plan.comparison == "Compared: 0 files, 0 B, the same sizes there and here."
